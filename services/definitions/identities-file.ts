import { identityFaults } from '../../connectors/identity-history.ts'
import { identitiesSchema, type IdentityTable } from '../../schemas/events/identities.ts'
import { readYamlFile, type YamlFile } from './yaml-file.ts'

/** Reads YAML: either what a target knows agents and queues by, or all that is wrong with it, in the order of the lines. */
export function readIdentitiesFile(text: string): YamlFile<IdentityTable> {
  return readYamlFile(text, {
    schema: identitiesSchema,
    about: 'a file of identities is a mapping that has "target:" in it',
    faultsBetween(value) {
      const read = identitiesSchema.safeParse(value)
      if (!read.success) return []
      return identityFaults(read.data).map((fault) => ({ ...fault, isOfName: false }))
    },
  })
}
