/** linux/module.h: what runs at load and at unload. */
import type { Surface } from '../surface.ts'

export function linuxModule(s: Surface) {
  return {
    pure: {
      /**
       * The function that runs when the top level has ended, in the same task. A negative result means the load failed:
       * `module_exit` does not run.
       */
      module_init(fn: () => number | void): void {
        if (typeof fn !== 'function') throw new TypeError('module_init() takes a function')
        s.hooks.init = fn
        s.hooks.initSite = s.control.site()
      },
      /** The function that runs as `rmmod` when every other task has ended. Leaks are judged after it. */
      module_exit(fn: () => void): void {
        if (typeof fn !== 'function') throw new TypeError('module_exit() takes a function')
        s.hooks.exit = fn
        s.hooks.exitSite = s.control.site()
      },
      /** Says the licence of the module. Nothing depends on it here. */
      MODULE_LICENSE(license: string): void {
        void license
      },
    },
  }
}
