// @era v6.12 v6.14 v6.17 v6.18 next memdesc
// @expect wild-access 8
//
// An address made from a number.
import { phys_to_virt, pr_info } from 'linux'

const registers = phys_to_virt(0xfee0_0000_0000n)
pr_info(`${registers.read_u32(0)}`)
