// @expect none
import {
  alloc_workqueue,
  destroy_workqueue,
  queue_work,
  INIT_WORK,
  work_struct,
  struct,
  u32,
  kzalloc,
  kfree,
  sizeof,
  container_of,
  completion,
  init_completion,
  complete,
  wait_for_completion,
  atomic_t,
  atomic_inc,
  atomic_read,
  GFP_KERNEL,
  ENOMEM,
  module_init,
  module_exit,
  pr_info,
} from 'linux'
const Job = struct('job', { n: u32, work: work_struct })
const done = new completion()
const ran = atomic_t(0)
let wq: any = null
function job_fn(w: any): void {
  const job = container_of(w, Job, 'work')
  pr_info(`job ${job.n}`)
  const last = job.n === 2
  kfree(job.ptr)
  atomic_inc(ran)
  if (last) complete(done)
}
module_init(() => {
  wq = alloc_workqueue('lab', 0, 1)
  if (!wq) return -ENOMEM
  init_completion(done)
  for (let i = 0; i < 3; i++) {
    const p = kzalloc(sizeof(Job), GFP_KERNEL)
    if (!p) {
      destroy_workqueue(wq)
      return -ENOMEM
    }
    const job = p.as(Job)
    job.n = i
    INIT_WORK(job.work, job_fn)
    queue_work(wq, job.work)
  }
  wait_for_completion(done)
  pr_info(`ran ${atomic_read(ran)}`)
  return 0
})
module_exit(() => destroy_workqueue(wq))
