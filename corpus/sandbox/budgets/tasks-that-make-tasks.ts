// ends: seconds,steps,memory
import { kthread_run, pr_info } from 'linux'
pr_info('before')
function more(): number {
  kthread_run(more, 'm')
  kthread_run(more, 'm')
  return 0
}
kthread_run(more, 'm')
