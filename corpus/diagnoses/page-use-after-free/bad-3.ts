// @era v6.12 v6.14 v6.17 v6.18 next
// @expect page-use-after-free pool.ts:14
//
// The write is in another file; the pool was drained by a callback in between.
import { drain, store, take } from './pool.ts'

const slot = take()
store(slot, 1)
const onExit = [drain, () => store(slot, 2)]
onExit.forEach((run) => run())
