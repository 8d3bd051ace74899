/** linux/miscdevice.h: device files that user programs open. Follows drivers/char/misc.c in outline. */
import { changes, Part } from '../../machine/state-watch.ts'
import { Flag, NO_SUBJECT, Op } from '../../trace/ops.ts'
import type { file_operations } from '../handles/user-memory.ts'
import type { Site, Surface } from '../surface.ts'

const EEXIST = -17

export function linuxMiscdevice(s: Surface) {
  const { trace, users } = s
  return {
    steps: {
      /** Makes the device file `/dev/<name>`. Returns 0, or -EEXIST if there is one: its minor is dynamic. */
      misc_register(site: Site, misc: { readonly name: string; readonly fops: file_operations }): number {
        trace.begin(site)
        if (typeof misc !== 'object' || misc === null || typeof misc.name !== 'string')
          throw s.wrongType(Op.misc_register, 'an object with name and fops')
        changes(Part.DEVICES, null)
        const taken = users.devices.has(misc.name)
        if (!taken) users.devices.set(misc.name, misc.fops ?? {})
        s.done(Op.misc_register, 0, NO_SUBJECT, s.log.string(misc.name), 0, taken ? Flag.FAILED : 0)
        return taken ? EEXIST : 0
      },
      /** Takes the device file away. Files that are open stay. */
      misc_deregister(site: Site, misc: { readonly name: string }): void {
        trace.begin(site)
        if (typeof misc !== 'object' || misc === null || typeof misc.name !== 'string')
          throw s.wrongType(Op.misc_deregister, 'an object with name')
        changes(Part.DEVICES, null)
        users.devices.delete(misc.name)
        s.done(Op.misc_deregister, 0, NO_SUBJECT, s.log.string(misc.name), 0, 0)
      },
    },
  }
}
