// @era v6.12 v6.14 v6.17 v6.18 next memdesc
// @expect vmalloc-use-after-vfree 13
//
// Deferred work runs after the area is gone.
import { memset, vfree, vzalloc } from 'linux'

const log = vzalloc(65536)!
const deferred: (() => void)[] = []
for (let i = 0; i < 4; i++) {
  deferred.push(() => {
    const line = log.add(i * 128)
    // The console flushes its lines late.
    memset(line, 0x20, 128)
  })
}
vfree(log)
deferred.forEach((work) => work())
