import { expect, test } from 'vitest'
import type { AgentState, TaskState } from '../../../schemas/feeds/state.ts'
import type { Known } from '../../../services/statistics/directory.ts'
import {
  queueRealTime,
  workersRealTime,
  workflowRealTime,
} from '../../../services/statistics/real-time.ts'

const now = 1_000_000

function task(id: string, fields: Partial<TaskState> = {}): TaskState {
  return {
    ...{ id, workspace: 'WS', channel: 'voice', direction: 'inbound', priority: 5 },
    ...{ status: 'waiting', queue: 'WQ', queueName: 'Support', workflow: 'WW', isWaiting: true },
    ...{ enteredQueueAt: 900_000, createdAt: 800_000, agent: null, agentName: null },
    reservations: 0,
    ...fields,
  }
}

function agent(id: string, activity: string | null, fields: Partial<AgentState> = {}): AgentState {
  return {
    ...{ id, workspace: 'WS', name: id, team: null, activity, activityName: activity },
    ...{
      activityClass: 'aux',
      activitySince: 0,
      state: 'aux',
      stateSince: 0,
      legs: [],
      channels: [],
    },
    ...fields,
  }
}

function activity(id: string, isDeleted = false): Known {
  return { id, name: `called ${id}`, isDeleted }
}

test('only what waits is the longest waiting: since its creation, or in the queue', () => {
  const tasks = [
    task('WT1', { status: 'handling', createdAt: 1 }),
    task('WT2', { createdAt: 500_999, enteredQueueAt: 700_000 }),
    task('WT3', { status: 'ringing', createdAt: 600_000, enteredQueueAt: 650_000 }),
    task('WT4', { status: 'wrapping', priority: null }),
  ]
  expect(queueRealTime(tasks, null, [], now)).toMatchObject({
    ...{ longest_task_waiting_sid: 'WT2', longest_task_waiting_age: 499 },
    ...{ longest_relative_task_sid_in_queue: 'WT3', longest_relative_task_age_in_queue: 350 },
    tasks_by_status: { pending: 1, reserved: 1, assigned: 1, wrapping: 1 },
    tasks_by_priority: { '5': 3, '0': 1 },
    total_tasks: 4,
  })
  expect(workflowRealTime(tasks.slice(0, 1), now)).toMatchObject({
    ...{ longest_task_waiting_sid: null, longest_task_waiting_age: 0 },
  })
})

test('of a queue whose expression nobody has told, its workers are not known', () => {
  expect(queueRealTime([], null, [activity('WA1')], now)).toMatchObject({
    ...{ total_eligible_workers: null, total_available_workers: null, activity_statistics: [] },
  })
})

test('a queue counts its workers, and their activities', () => {
  const eligible = [agent('WK1', 'WA1'), agent('WK2', 'WA1'), agent('WK3', null)]
  expect(queueRealTime([], { eligible, available: 2 }, [activity('WA1')], now)).toMatchObject({
    ...{ total_eligible_workers: 3, total_available_workers: 2 },
    activity_statistics: [{ sid: 'WA1', friendly_name: 'called WA1', workers: 2 }],
  })
})

test('each activity counts its workers: those that are empty too, and those that are deleted only while somebody is in them', () => {
  const activities = [activity('WA1'), activity('WA2', true), activity('WA3', true)]
  const found = workersRealTime([agent('WK1', 'WA2'), agent('WK2', null)], activities)
  expect(found).toEqual({
    activity_statistics: [
      { sid: 'WA1', friendly_name: 'called WA1', workers: 0 },
      { sid: 'WA2', friendly_name: 'WA2', workers: 1 },
    ],
    total_workers: 2,
  })
})
