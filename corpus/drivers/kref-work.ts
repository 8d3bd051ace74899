// @expect none
// an object that a work and the opener share
import {
  kref,
  kref_init,
  kref_get,
  kref_put,
  kzalloc,
  kfree,
  struct,
  u32,
  work_struct,
  INIT_WORK,
  schedule_work,
  flush_work,
  sizeof,
  container_of,
  GFP_KERNEL,
  ENOMEM,
  module_init,
  module_exit,
  pr_info,
} from 'linux'
const Ses = struct('ses', { n: u32, refs: kref, work: work_struct })
const ses_release = (ref: object) => {
  const s = container_of(ref, Ses, 'refs')
  pr_info(`release ${s.n}`)
  kfree(s.ptr)
}
function ses_work(w: any): void {
  const s = container_of(w, Ses, 'work')
  s.n++
  kref_put(s.refs, ses_release)
}
module_init(() => {
  const p = kzalloc(sizeof(Ses), GFP_KERNEL)
  if (!p) return -ENOMEM
  const s = p.as(Ses)
  kref_init(s.refs)
  INIT_WORK(s.work, ses_work)
  kref_get(s.refs)
  if (!schedule_work(s.work)) kref_put(s.refs, ses_release)
  kref_put(s.refs, ses_release)
  return 0
})
