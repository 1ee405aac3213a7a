/** What one statement over whole tables may hold in the engine's memory, whatever they hold. */
const statementBytesMax = 2 ** 30
const spillAtBytes = statementBytesMax / 4

/**
 * Ends a statement over whole tables, so that its memory does not grow with them: groups and sorts that become larger go
 * through the disk, joins are done in pieces, and months are merged one by one.
 */
export const bounded = `SETTINGS max_memory_usage = ${statementBytesMax},
  max_bytes_before_external_group_by = ${spillAtBytes}, max_bytes_before_external_sort = ${spillAtBytes},
  join_algorithm = 'grace_hash', max_bytes_in_join = ${spillAtBytes}, max_threads = 2,
  do_not_merge_across_partitions_select_final = 1`
