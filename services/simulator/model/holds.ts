import type { CallState } from './call-state.ts'
import { holdCustomer, unholdCustomer } from './conferences.ts'
import { chance, integer, logNormal } from './draws.ts'
import { later, type LegState, type TransferState, type World } from './world.ts'

/** An agent has to look something up, sometimes several times; now and then the caller is gone before he is back. */
export function planHolds(world: World, call: CallState, leg: LegState): void {
  const random = call.random.split('holds', leg.record.reservation)
  if (!chance(random, world.behaviour.hold)) return
  let left = chance(random, 0.3) ? integer(random, 2, 4) : 1
  plan(integer(random, 5_000, 90_000))

  function plan(afterMs: number): void {
    atFullSecond(world, afterMs, () => {
      if (leg.phase !== 'talking' || leg.task.transfer !== null) return
      const from = holdCustomer(world, leg.task, 'agent')
      if (from === null) return
      left--
      if (chance(random, world.behaviour.holdLeftOpen)) return
      atFullSecond(world, logNormal(random, 35_000, 0.7), () => {
        unholdCustomer(world, leg.task, from)
        if (left > 0) plan(integer(random, 4_000, 60_000))
      })
    })
  }
}

/** In a warm transfer the customer waits until the two agents have spoken. */
export function holdForTransfer(world: World, transfer: TransferState): void {
  if (transfer.group.mode !== 'WARM') return
  const { task } = transfer.giver
  atFullSecond(world, 0, () => {
    if (transfer.giver.phase !== 'talking' || transfer.group.status !== 'initiated') return
    if (task.transfer === transfer) holdCustomer(world, task, 'transfer')
  })
}

/** Somebody has taken it, or it was taken back: in the next second the customer is with them again. */
export function endTransferHold(world: World, transfer: TransferState): void {
  const { task } = transfer.giver
  const hold = task.call?.conference?.onHold
  if (hold?.because !== 'transfer') return
  atFullSecond(world, 0, () => unholdCustomer(world, task, hold.from))
}

/** At the first full second after a while, and never in this one: what is told in seconds has its order then. */
function atFullSecond(world: World, afterMs: number, action: () => void): void {
  const at = world.now + Math.round(afterMs)
  later(world, Math.floor(at / 1000) * 1000 + 1000 - world.now, action)
}
