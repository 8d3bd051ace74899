// @era v6.12 v6.14 v6.17 v6.18 next
// @expect none
//
// The last write comes before the pool is drained.
import { drain, store, take } from './pool.ts'

const slot = take()
store(slot, 1)
const onExit = [() => store(slot, 2), drain]
onExit.forEach((run) => run())
