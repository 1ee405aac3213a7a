/** Reads the primitive types of Kafka's protocol. */
export class WireReader {
  readonly #bytes: Buffer
  #at = 0

  constructor(bytes: Buffer) {
    this.#bytes = bytes
  }

  take(length: number): Buffer {
    this.#at += length
    return this.#bytes.subarray(this.#at - length, this.#at)
  }

  skip(length: number): void {
    this.#at += length
  }

  int16(): number {
    return this.take(2).readInt16BE()
  }

  int32(): number {
    return this.take(4).readInt32BE()
  }

  text(): string | null {
    const length = this.int16()
    return length < 0 ? null : this.take(length).toString()
  }

  bytes(): Buffer {
    return this.take(this.int32())
  }

  /** Zigzag, up to 53 bits: for lengths and deltas. */
  varint(): number {
    let value = 0
    for (let scale = 1; ; scale *= 128) {
      const byte = this.take(1).readUInt8()
      value += (byte & 127) * scale
      if (byte < 128) return value % 2 === 0 ? value / 2 : -(value + 1) / 2
    }
  }
}

/** Writes them. */
export class WireWriter {
  readonly #parts: Buffer[] = []

  int8(value: number): this {
    return this.#add(1, (part) => part.writeInt8(value))
  }

  int16(value: number): this {
    return this.#add(2, (part) => part.writeInt16BE(value))
  }

  int32(value: number): this {
    return this.#add(4, (part) => part.writeInt32BE(value))
  }

  int64(value: number): this {
    return this.#add(8, (part) => part.writeBigInt64BE(BigInt(value)))
  }

  text(value: string | null): this {
    if (value === null) return this.int16(-1)
    this.int16(Buffer.byteLength(value))
    this.#parts.push(Buffer.from(value))
    return this
  }

  /** All of it, with its length before it. */
  framed(): Buffer {
    const body = Buffer.concat(this.#parts)
    const length = Buffer.alloc(4)
    length.writeInt32BE(body.length)
    return Buffer.concat([length, body])
  }

  #add(length: number, write: (part: Buffer) => void): this {
    const part = Buffer.alloc(length)
    write(part)
    this.#parts.push(part)
    return this
  }
}
