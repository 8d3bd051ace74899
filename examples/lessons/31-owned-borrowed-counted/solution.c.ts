import { GFP_KERNEL, kfree, kmalloc, pr_info } from 'linux'
import type { Ptr } from 'linux'

// Takes the firmware over, or only looks at it? The type does not say.
function load(image: Ptr): void {
  pr_info(`load ${image.read_u32(0)}`)
}

const firmware = kmalloc(64, GFP_KERNEL)!
firmware.write_u32(0, 4096)
load(firmware)
pr_info(`loaded ${firmware.read_u32(0)}`)
pr_info(`release ${firmware.read_u32(0)}`)
kfree(firmware)
