import { Folio, GFP_KERNEL } from 'kernel'
import { pr_info } from 'linux'

using page = Folio.alloc(0, GFP_KERNEL)
pr_info(`count ${page.ref_count()}`)
