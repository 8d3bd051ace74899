// @machine arch=i386-highmem
import { Page } from 'kernel'
import { GFP_HIGHUSER, page_address, pr_info } from 'linux'

using page = Page.alloc_page(GFP_HIGHUSER)
pr_info(page_address(page.as_ptr()) === null ? 'no' : 'yes')

page_address(page.as_ptr())?.write_u8(0, 1)
