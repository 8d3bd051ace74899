// @expect none
// Time and chance: a run is decided by its program, era, machine and schedule; nothing may tell it when or where it is.
import { attempt, finish, loose } from './proof.ts'

const world = loose(globalThis)
attempt('Date.now', () => `clock ${String(world.Date!.now!())}`)
attempt('new Date', () => `clock ${String(new world.Date!().getTime!())}`)
attempt('Date as a function', () => String(world.Date!()))
attempt('performance', () => {
  const { performance } = world
  return `clock ${String(Number(performance!.now!()) + Number(performance!.timeOrigin))}`
})
attempt('Temporal', () => `clock ${String(world.Temporal!.Now!.instant!().epochMilliseconds)}`)
attempt('Intl', () => String(new world.Intl!.DateTimeFormat!().format!()))
attempt('locale of a number', () => ((1234.5).toLocaleString() === String(1234.5) ? undefined : 'locale'))
attempt('Math.random', () => String(loose(Math).random!()))
attempt('crypto', () => String(world.crypto!.randomUUID!()))
attempt('Atomics.wait', () => {
  world.Atomics!.wait!(new Int32Array(new SharedArrayBuffer(4)), 0, 0, 1)
  return 'waited'
})
attempt('WeakRef', () => String(new world.WeakRef!({})))
finish()
