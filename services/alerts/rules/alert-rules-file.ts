import { z } from 'zod'
import { readYamlFile, type ValueFault, type YamlFile } from '../../definitions/yaml-file.ts'
import { alertRulesSchema, alertRuleSchema, boundsOf, type AlertRules } from './alert-rule.ts'

/** Reads YAML: either the rules, or all that is wrong with them, in the order of the lines. */
export function readAlertRules(text: string): YamlFile<AlertRules> {
  return readYamlFile(text, {
    schema: alertRulesSchema,
    about: 'a file of alert rules is a mapping that has "rules:" in it',
    faultsBetween,
  })
}

const clearNames = ['clearAtSeconds', 'clearAt', 'clearAtPercent', 'clearAtRecords'] as const

/** What clears on the wrong side of its threshold would fire and be over at once. */
function faultsBetween(value: unknown): readonly ValueFault[] {
  const { rules } = loose.parse(value)
  return Object.entries(rules).flatMap(([name, told]) => {
    const read = alertRuleSchema.safeParse(told)
    if (!read.success) return []
    const { side, threshold, clearAt } = boundsOf(read.data)
    const isRight = side === 'above' ? clearAt <= threshold : clearAt >= threshold
    const field = clearNames.find((each) => each in read.data)
    if (isRight || field === undefined) return []
    const detail = `what fires ${side} ${threshold} must not clear ${side} it (${clearAt})`
    return [{ path: ['rules', name, field], isOfName: false, detail }]
  })
}

const loose = z.object({ rules: z.record(z.string(), z.unknown()).catch({}) })
