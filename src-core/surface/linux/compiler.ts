/** linux/compiler.h: marked accesses, and the cells they go to. */
import { cell } from '../handles/cells.ts'
import type { Site, Surface } from '../surface.ts'

export function linuxCompiler(s: Surface) {
  return {
    steps: {
      /** Reads a shared cell once, marked: it may race without being a data race. Any other value is passed through. */
      READ_ONCE<T>(site: Site, x: cell<T> | T): T {
        return cell.is(x) ? (cell.read(x, site, true) as T) : (x as T)
      },
      /** Writes a shared cell once, marked. */
      WRITE_ONCE<T>(site: Site, x: cell<T>, value: T): void {
        if (!cell.is(x)) throw new TypeError('WRITE_ONCE() takes a cell made by shared(), and a value')
        cell.write(x as cell<T>, site, value, true)
      },
    },
    pure: {
      /** A variable that tasks race on, made visible to the explorer and to the race detector. */
      shared<T>(value: T): cell<T> {
        return new cell(s.cells, value)
      },
    },
  }
}
