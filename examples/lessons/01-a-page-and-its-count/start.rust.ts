import { Folio, GFP_KERNEL, drop } from 'kernel'
import { pr_info } from 'linux'

const page = Folio.alloc(0, GFP_KERNEL)
pr_info(`count ${page.ref_count()}`)
const second = page.clone()
pr_info(`count ${page.ref_count()}`)
