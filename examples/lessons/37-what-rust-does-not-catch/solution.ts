import { ARef, drop, type RefCounted } from 'kernel'
import { pr_info } from 'linux'

class Engine implements RefCounted {
  refs = 1
  static inc_ref(self: Engine): void {
    self.refs++
  }
  static dec_ref(self: Engine): void {
    if (--self.refs === 0) pr_info('engine released')
  }
}

const engine = ARef.from_raw(new Engine())
const waiting = [ARef.clone(engine)]
pr_info(`refs ${engine.refs}, waiting ${waiting.length}`)
drop(waiting.pop()!)
drop(engine)
