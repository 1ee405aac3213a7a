import { exception } from './exception.ts'
import type { Dress } from './sessions.ts'
import type { User } from './users.ts'

/** How much one query of the read-only user may take. */
export interface ReaderLimits {
  readonly executionSecondsMax: number
  readonly resultRowsMax: number
  readonly resultBytesMax: number
  readonly memoryBytesMax: number
}

export const defaultReaderLimits: ReaderLimits = {
  executionSecondsMax: 30,
  resultRowsMax: 1_000_000,
  resultBytesMax: 256 * 2 ** 20,
  memoryBytesMax: 2 ** 30,
}

/** What the address of a request may hold that is no setting of the engine. */
const notSettings = new Set(
  `query database default_format query_id user password quota_key stacktrace session_timeout session_check
   wait_end_of_query buffer_size enable_http_compression http_zlib_compression_level add_http_cors_header
   send_progress_in_http_headers http_headers_progress_interval_ms http_response_buffer_size
   http_write_exception_in_output_format http_wait_end_of_query http_native_compression_disable_checksumming_on_decompress
   cancel_http_readonly_queries_on_client_close log_queries client_protocol_version role`.split(
    /\s+/,
  ),
)

/**
 * What a reader may set for himself: how the answer looks, and limits that can only become tighter. Name by name, because
 * some settings of formats are paths of files: format_template_resultset shows one, output_format_schema writes one.
 */
const readerMaySet = new RegExp(
  `^(?:${[
    'output_format_(?:json|csv|tsv|pretty|markdown|decimal|values|arrow|parquet|orc|native|binary|bson|xml)_\\w+',
    'output_format_write_statistics',
    'format_(?:csv_delimiter|csv_null_representation|tsv_null_representation)',
    'date_time_output_format|bool_true_representation|bool_false_representation|session_timezone',
    'extremes|limit|offset|join_use_nulls|union_default_mode|final|aggregate_functions_null_for_empty',
    'compile_expressions',
    'max_threads|max_block_size|max_rows_to_read|max_bytes_to_read|read_overflow_mode|result_overflow_mode',
    'do_not_merge_across_partitions_select_final|optimize_move_to_prewhere|optimize_read_in_order',
    'use_skip_indexes_if_final|enable_analyzer|allow_experimental_analyzer|log_comment|use_query_cache',
  ].join('|')})$`,
)

/** The settings of a session for this user and these wishes. */
export function dressOf(
  user: User,
  wishes: ReadonlyMap<string, string>,
  limits: ReaderLimits,
): Dress {
  const settings = new Map(user === 'writer' ? writerSettings : everyonesSettings)
  for (const [name, value] of wishes) {
    if (notSettings.has(name) || name.startsWith('param_')) continue
    if (!/^\w{1,100}$/.test(name)) {
      throw exception('BAD_ARGUMENTS', `Unknown setting '${name}'.`)
    }
    if (user === 'reader' && !mayReaderSet(name)) {
      throw exception('READONLY', `Cannot modify '${name}' setting in readonly mode.`)
    }
    settings.set(name, value)
  }
  const readonly = user === 'reader' ? '1' : settings.get('readonly')
  if (user === 'reader') tighten(settings, limits)
  // Last: after it the engine itself refuses every write, every table function that reaches out, every further setting.
  settings.delete('readonly')
  if (readonly !== undefined) settings.set('readonly', readonly)
  return { settings: [...settings] }
}

function mayReaderSet(name: string): boolean {
  return readerMaySet.test(name) || readerLimit.has(name) || name === 'readonly'
}

const everyonesSettings: readonly (readonly [string, string])[] = [
  // Embedded, the engine would take any words for a SELECT; a server does not.
  ['implicit_select', '0'],
  // An expression is compiled when it has been seen a few times, and chdb 3.4 then fails on some that it had answered:
  // "Invalid cast from LowCardinality(UInt8) to native type".
  ['compile_expressions', '0'],
]

/** An insert is done, and on the disk, when it is answered; nothing gathers it with others first. */
const writerSettings: readonly (readonly [string, string])[] = [
  ...everyonesSettings,
  ['async_insert', '0'],
  ['max_query_size', String(16 * 2 ** 20)],
]

const readerLimit: ReadonlyMap<string, (limits: ReaderLimits) => number> = new Map([
  ['max_execution_time', (limits: ReaderLimits) => limits.executionSecondsMax],
  ['max_result_rows', (limits: ReaderLimits) => limits.resultRowsMax],
  ['max_result_bytes', (limits: ReaderLimits) => limits.resultBytesMax],
  ['max_memory_usage', (limits: ReaderLimits) => limits.memoryBytesMax],
])

function tighten(settings: Map<string, string>, limits: ReaderLimits): void {
  for (const [name, limit] of readerLimit) {
    const wish = Number(settings.get(name) ?? 0)
    const most = limit(limits)
    settings.set(name, String(wish > 0 && wish < most ? wish : most))
  }
  settings.set('allow_introspection_functions', '0')
}
