/** The Content-Type with which ClickHouse answers in a format. */
export function contentTypeOf(format: string): string {
  if (
    /^JSON(?:Strings|Columns|Compact|CompactStrings|ColumnsWithMetadata|ObjectEachRow)?$/.test(
      format,
    )
  ) {
    return 'application/json; charset=UTF-8'
  }
  if (/^(?:JSON\w*EachRow\w*|NDJSON|JSONLines)$/.test(format)) {
    return 'application/x-ndjson; charset=UTF-8'
  }
  if (/^(?:TSV|TabSeparated)/.test(format)) return 'text/tab-separated-values; charset=UTF-8'
  if (/^CSV/.test(format)) {
    return `text/csv; charset=UTF-8; header=${format.includes('WithNames') ? 'present' : 'absent'}`
  }
  if (/^(?:Pretty|Vertical|Values|Markdown|XML|SQLInsert|TSKV|Null)/.test(format)) {
    return format === 'XML' ? 'application/xml; charset=UTF-8' : 'text/plain; charset=UTF-8'
  }
  return 'application/octet-stream'
}
