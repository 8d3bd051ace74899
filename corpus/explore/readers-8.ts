// @explore executions=256
//
// readers(8): one task writes a variable, 8 tasks read it. Each reader sees it before or after the write.
import { kthread_run, READ_ONCE, shared, WRITE_ONCE } from 'linux'

const N = 8
const x = shared(0)
kthread_run(() => WRITE_ONCE(x, 1), 'writer')
for (let i = 1; i <= N; i++) kthread_run(() => READ_ONCE(x), `reader-${i}`)
