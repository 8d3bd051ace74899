/** A device that walks tables which the driver builds, with its own TLB: the Apple GPU format (KERNEL_FACTS 10). */
import { NO_SUBJECT, Op } from '../../trace/ops.ts'
import { device as DeviceHandle } from '../handles/device.ts'
import type { device } from '../handles/device.ts'
import type { GpuPageTable } from '../handles/gpu-table.ts'
import { GPU_READ, GPU_WRITE } from '../gpu-tables.ts'
import type { RunHost, SurfaceFunction } from '../run-host.ts'
import type { Site, Surface } from '../surface.ts'

/** Input address bits of the Apple GPU: three levels of 16 KiB tables. */
const UAT_ADDRESS_BITS = 39

export function simGpuPageTable(s: Surface, host: RunHost) {
  const { gpu } = s
  return {
    steps: {
      /**
       * Page tables that a device walks: `levels` tables deep, with pages and tables of 2^`page_shift` bytes (3 and 14
       * are the Apple GPU's). The driver may build the tables itself: in zeroed pages, an entry is a physical address
       * with the low bits 3; give the top one to `set_root`. `address_bits`: bits of an address that count. `device`:
       * attaches it.
       */
      gpu_page_table(
        site: Site,
        geometry: {
          readonly levels: number
          readonly page_shift: number
          readonly address_bits?: number
          readonly device?: device
        },
      ): GpuPageTable {
        const levels = s.integer(geometry?.levels, 'levels', 1, 5)
        const { pageShift } = s.kernel.info
        const shift = s.integer(geometry.page_shift, 'page_shift', pageShift, pageShift + 10)
        const all = Math.min(52, shift + levels * (shift - 3))
        const usual = levels === 3 && shift === 14 ? UAT_ADDRESS_BITS : all
        const bits = s.integer(geometry.address_bits ?? usual, 'address_bits', shift, all)
        const table = gpu.create(site, { levels, pageShift: shift, addressBits: bits })
        const attach = (at: Site, dev: device): void => {
          if (!DeviceHandle.is(dev)) throw new TypeError('attach() takes a device')
          s.trace.begin(at)
          const behind = DeviceHandle.behind(dev)
          behind.table = table
          s.done(Op.sim, 0, NO_SUBJECT, behind.id, table.id, 0)
        }
        if (geometry.device !== undefined) attach(site, geometry.device)
        type Address = bigint | number
        const step = <T>(fn: (at: Site, ...args: never[]) => unknown): T =>
          host.stepValue(fn as unknown as SurfaceFunction) as T
        const made: GpuPageTable = {
          map: step((at, iova: Address, phys: Address, flags: Address) => gpu.map(at, table, iova, phys, flags)),
          unmap: step((at, iova: Address, len: number) => gpu.unmap(at, table, iova, len)),
          set_root: step((at, phys: Address | null) => gpu.setRoot(at, table, phys)),
          tlbi: step((at, iova?: Address) => gpu.invalidate(at, table, iova)),
          translate: step((at, iova: Address) => {
            const phys = gpu.translate(at, table, iova)
            return phys < 0 ? null : BigInt(phys)
          }),
          attach: step(attach),
          read: step((at, iova: Address, n: number) => gpu.read(at, table, iova, n)),
          write: step((at, iova: Address, bytes: Uint8Array) => gpu.write(at, table, iova, bytes)),
        }
        return Object.freeze(made)
      },
    },
    values: {
      /** The device may read the page. */
      GPU_READ,
      /** The device may write the page. */
      GPU_WRITE,
    },
  }
}
