/** The errors that the HTTP face raises itself, with ClickHouse's numbers; all others come from the engine. */
const codes = {
  UNEXPECTED_END_OF_FILE: 3,
  BAD_ARGUMENTS: 36,
  NOT_IMPLEMENTED: 48,
  SYNTAX_ERROR: 62,
  INCORRECT_DATA: 117,
  READONLY: 164,
  REQUIRED_PASSWORD: 194,
  TOO_MANY_SIMULTANEOUS_QUERIES: 202,
  QUERY_IS_TOO_LARGE: 223,
  ABORTED: 236,
  QUERY_WAS_CANCELLED: 394,
  ACCESS_DENIED: 497,
  AUTHENTICATION_FAILED: 516,
  STD_EXCEPTION: 1001,
} as const

/** An error as ClickHouse words it: clients read code and name out of the text. */
export class EngineException extends Error {
  readonly code: number
  /** As in the text's last parentheses: SYNTAX_ERROR. */
  readonly errorName: string

  constructor(code: number, errorName: string, what: string) {
    super(`Code: ${code}. DB::Exception: ${what}`)
    this.name = 'EngineException'
    this.code = code
    this.errorName = errorName
  }
}

export function exception(name: keyof typeof codes, what: string): EngineException {
  return new EngineException(codes[name], name, `${what} (${name})`)
}

/** Whatever was thrown, as an exception: the engine's own text is taken as it is. */
export function toException(error: unknown): EngineException {
  if (error instanceof EngineException) return error
  const text = error instanceof Error ? error.message : String(error)
  const head = /^(?:Code: (\d+)\. DB::Exception: )+/.exec(text)
  if (head === null) return exception('STD_EXCEPTION', text)
  const name = /\(([A-Z0-9_]+)\)\s*$/.exec(text)?.[1] ?? 'STD_EXCEPTION'
  return new EngineException(Number(head[1]), name, text.slice(head[0].length))
}

/** The HTTP status with which ClickHouse's server answers an error of this name; all others are 500. */
const statuses: ReadonlyMap<string, number> = new Map(
  Object.entries({
    400: `BAD_ARGUMENTS CANNOT_COMPILE_REGEXP CANNOT_PARSE_TEXT CANNOT_PARSE_ESCAPE_SEQUENCE
      CANNOT_PARSE_QUOTED_STRING CANNOT_PARSE_DATE CANNOT_PARSE_DATETIME CANNOT_PARSE_NUMBER
      CANNOT_PARSE_DOMAIN_VALUE_FROM_STRING CANNOT_PARSE_IPV4 CANNOT_PARSE_IPV6 CANNOT_PARSE_UUID
      CANNOT_PARSE_INPUT_ASSERTION_FAILED DUPLICATE_COLUMN ILLEGAL_COLUMN THERE_IS_NO_COLUMN
      UNKNOWN_ELEMENT_IN_AST UNKNOWN_TYPE_OF_AST_NODE TOO_DEEP_AST TOO_BIG_AST
      UNEXPECTED_AST_STRUCTURE VALUE_IS_OUT_OF_RANGE_OF_DATA_TYPE SYNTAX_ERROR INCORRECT_DATA
      TYPE_MISMATCH`,
    401: 'REQUIRED_PASSWORD',
    403: 'UNKNOWN_USER WRONG_PASSWORD AUTHENTICATION_FAILED SET_NON_GRANTED_ROLE ACCESS_DENIED',
    404: `UNKNOWN_TABLE UNKNOWN_FUNCTION UNKNOWN_IDENTIFIER UNKNOWN_TYPE UNKNOWN_STORAGE
      UNKNOWN_DATABASE UNKNOWN_SETTING UNKNOWN_DIRECTION_OF_SORTING UNKNOWN_AGGREGATE_FUNCTION
      UNKNOWN_FORMAT UNKNOWN_DATABASE_ENGINE UNKNOWN_TYPE_OF_QUERY UNKNOWN_ROLE`,
    408: 'TIMEOUT_EXCEEDED',
    413: 'QUERY_IS_TOO_LARGE',
    501: 'NOT_IMPLEMENTED',
    503: 'SOCKET_TIMEOUT CANNOT_OPEN_FILE CANNOT_SCHEDULE_TASK TOO_MANY_SIMULTANEOUS_QUERIES',
  }).flatMap(([status, names]) => names.split(/\s+/).map((name) => [name, Number(status)])),
)

export function statusOf(error: EngineException): number {
  return statuses.get(error.errorName) ?? 500
}
