// @era all
// @expect none
//
// A page of binder through all its states, as measured on a real one: in use, available (still mapped, still readable),
// taken by the shrinker (the entry first), in use again, and away with the process.
import { pr_info } from 'linux'
import { reclaim } from 'sim'
import { fork, waitpid } from 'user'
import { binder_alloc } from './binder_alloc.ts'
import { binder_pages } from './binder_pages.ts'
import { give_back, run, stats, transact, type Service } from './app.ts'

function scenario(service: Service): void {
  const at = transact(service)
  stats(service)
  give_back(service, at)
  stats(service)
  pr_info(`still readable: 0x${service.map.read_u32(at).toString(16)}`)
  pr_info(`the shrinker frees ${reclaim(3)}`)
  stats(service)
  give_back(service, transact(service))

  const status = [0]
  // VM_DONTCOPY: a child does not have the area.
  waitpid(fork(() => service.map.read_u32(at)), status)
  pr_info(`a child that looks: signal ${status[0]}`)
}

run(binder_alloc(binder_pages), scenario)
