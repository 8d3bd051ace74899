// @era all
// @expect none
//
// A page of binder through all its states, as measured on a real one: in use, available (still mapped, still readable),
// taken by the shrinker (the entry first), in use again, and away with the process.
import { pr_info } from 'linux'
import { fork, waitpid } from 'user'
import { run, type Service } from './app.ts'
import { binder_alloc } from './binder_alloc.ts'
import { binder_pages } from './binder_pages.ts'
import { states } from './scenarios.ts'

function scenario(service: Service): void {
  states(service)
  const status = [0]
  // VM_DONTCOPY: a child does not have the area.
  waitpid(fork(() => service.map.read_u32(0)), status)
  pr_info(`a child that looks: signal ${status[0]}`)
}

run(binder_alloc(binder_pages), scenario)
