import { GFP_KERNEL, kfree, kzalloc, pr_info, refcount_dec_and_test, refcount_inc, refcount_read } from 'linux'
import { refcount_set, refcount_t, sizeof, struct } from 'linux'

const Engine = struct('engine', { refs: refcount_t })
const engine = kzalloc(sizeof(Engine), GFP_KERNEL)!.as(Engine)
refcount_set(engine.refs, 1)

function put(): void {
  if (!refcount_dec_and_test(engine.refs)) return
  kfree(engine.ptr)
  pr_info('engine released')
}

refcount_inc(engine.refs)
const waiting = [engine]
pr_info(`refs ${refcount_read(engine.refs)}, waiting ${waiting.length}`)
put()
