import { isObject, type JsonObject, type JsonValue } from '../routing/json-value.ts'

/** The object that a text is as JSON. What is no object has no names in it, so it is as good as an empty one. */
export function objectIn(text: string | null | undefined): JsonObject {
  try {
    const value = JSON.parse(text ?? 'null') as JsonValue
    return isObject(value) ? value : nothing
  } catch {
    return nothing
  }
}

const nothing: JsonObject = {}
