// @expect none
import { Page, KBox, KVec, VVec } from 'kernel'
import { GFP_KERNEL, pr_info } from 'linux'
{
  using page = Page.alloc_page(GFP_KERNEL)
  page.fill_zero_raw(0, 4096)
  using v = KVec.new()
  for (let i = 0; i < 10; i++) v.push(i, GFP_KERNEL)
  pr_info(`len ${v.len()}`)
}
