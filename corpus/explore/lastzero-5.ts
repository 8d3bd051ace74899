// @explore executions=64
//
// lastzero(5): tasks 1 to 5 each set array[i] to array[i-1] + 1; task 0 looks for the last zero from the end.
import { kthread_run, READ_ONCE, shared, WRITE_ONCE } from 'linux'

const N = 5
const array = Array.from({ length: N + 1 }, () => shared(0))
kthread_run(() => {
  for (let i = N; READ_ONCE(array[i]!) !== 0; ) i--
}, 'zero')
for (let j = 1; j <= N; j++) {
  kthread_run(() => WRITE_ONCE(array[j]!, READ_ONCE(array[j - 1]!) + 1), `writer-${j}`)
}
