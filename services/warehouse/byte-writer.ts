/** A length that fits into one byte. */
const shortText = 64

/** Bytes that grow as they are written. What it hands out in the end is its own memory: make a new one for more. */
export class ByteWriter {
  #bytes: Buffer
  #at = 0

  constructor(bytesExpected: number) {
    this.#bytes = Buffer.allocUnsafe(bytesExpected)
  }

  byte(value: number): void {
    this.#room(1)
    this.#bytes[this.#at++] = value
  }

  uint16(value: number): void {
    this.#room(2)
    this.#at = this.#bytes.writeUInt16LE(value, this.#at)
  }

  uint32(value: number): void {
    this.#room(4)
    this.#at = this.#bytes.writeUInt32LE(value, this.#at)
  }

  float64(value: number): void {
    this.#room(8)
    this.#at = this.#bytes.writeDoubleLE(value, this.#at)
  }

  /** A whole number of 64 bits, exact as far as numbers are; a negative one in two's complement. */
  int64(value: number): void {
    this.#room(8)
    const high = Math.floor(value / 2 ** 32)
    this.#at = this.#bytes.writeUInt32LE(value - high * 2 ** 32, this.#at)
    this.#at = this.#bytes.writeInt32LE(high, this.#at)
  }

  varint(value: number): void {
    let rest = value
    for (; rest >= 128; rest = Math.floor(rest / 128)) this.byte((rest % 128) + 128)
    this.byte(rest)
  }

  /**
   * Its length in bytes, then its bytes. Nearly all are ids and names: short, and ASCII, which is quicker put down here
   * than handed to the runtime.
   */
  text(value: string): void {
    if (value.length > shortText || !this.#shortText(value)) this.#longText(value)
  }

  /** False, and nothing written, when a character takes more than a byte. */
  #shortText(value: string): boolean {
    const { length } = value
    this.#room(length + 1)
    const bytes = this.#bytes
    const from = this.#at + 1
    for (let index = 0; index < length; index++) {
      const code = value.charCodeAt(index)
      if (code > 127) return false
      bytes[from + index] = code
    }
    bytes[this.#at] = length
    this.#at = from + length
    return true
  }

  #longText(value: string): void {
    const length = Buffer.byteLength(value)
    this.varint(length)
    this.#room(length)
    this.#at += this.#bytes.write(value, this.#at)
  }

  done(): Buffer {
    return this.#bytes.subarray(0, this.#at)
  }

  #room(count: number): void {
    if (this.#at + count <= this.#bytes.length) return
    const larger = Buffer.allocUnsafe(Math.max(this.#bytes.length * 2, this.#at + count))
    this.#bytes.copy(larger, 0, 0, this.#at)
    this.#bytes = larger
  }
}
