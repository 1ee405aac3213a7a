import { isObject, type JsonObject, type JsonValue } from '../routing/json-value.ts'
import { readQueueDefinition, type QueueDefinition } from '../routing/queue-definition.ts'
import { readTwilioConfig, type ConfiguredResource } from '../routing/twilio-config.ts'
import {
  readWorkflowConfiguration,
  type ConfigurationReading,
  type WorkflowConfiguration,
} from '../routing/workflow-configuration.ts'

/** What a file says of how to route. */
export interface RoutingFile {
  readonly workflows: readonly {
    /** Null: the configuration alone, of the only workflow that there is. */
    readonly sid: string | null
    readonly configuration: WorkflowConfiguration
  }[]
  readonly queues: readonly QueueDefinition[]
}

/**
 * Reads a workflow's configuration alone (`task_routing`), or what `readTwilioConfig` reads: workflows and task queues as
 * TaskRouter's REST API tells them. Or names every fault in it.
 */
export function readRoutingFile(json: JsonValue): ConfigurationReading<RoutingFile> {
  if (isObject(json) && Object.hasOwn(json, 'task_routing')) {
    const read = readWorkflowConfiguration(JSON.stringify(json))
    if (read.kind === 'refused') return read
    const workflows = [{ sid: null, configuration: read.value }]
    return { kind: 'understood', value: { workflows, queues: [] } }
  }
  const read = readTwilioConfig(json)
  if (read.kind === 'refused') return read
  const ofKind = (kind: ConfiguredResource['kind']) => read.value.filter((one) => one.kind === kind)
  return {
    kind: 'understood',
    value: {
      workflows: ofKind('workflow').map(({ sid, resource }) => ({
        ...{ sid, configuration: understood(readConfigured(resource)) },
      })),
      queues: ofKind('queue').map(({ resource }) => understood(readQueueDefinition(resource))),
    },
  }
}

/** The configuration of a workflow as it was imported. */
export function readConfigured({
  configuration,
}: JsonObject): ConfigurationReading<WorkflowConfiguration> {
  return readWorkflowConfiguration(typeof configuration === 'string' ? configuration : '')
}

/** What a reading of the whole file has understood before. */
function understood<T>(reading: ConfigurationReading<T>): T {
  if (reading.kind === 'understood') return reading.value
  throw new Error('what was understood is refused when it is read again')
}
