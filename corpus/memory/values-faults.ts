// @machine memory=64M debug=off
// @expect none
//
// When open, close, fault and release run, and what zapping leaves, one value a line.
import * as k from 'linux'
import * as user from 'user'
import type { page, Ptr, vm_area_struct, vm_fault } from 'linux'
const t = (what: string, got: unknown, want: unknown) => {
  if (String(got) !== String(want)) k.pr_info(`${what}: ${got}, not ${want}`)
  k.WARN_ON(String(got) !== String(want))
}
const rm = (p: page) => `${k.page_ref_count(p)}/${k.page_mapcount(p)}`
const pg = k.alloc_page(k.GFP_KERNEL)!
let hook: (vma: vm_area_struct) => number = () => 0
let io: (cmd: number, arg: never, f: never) => number = () => 0
let log: string[] = []
k.misc_register({
  name: 'lab',
  fops: {
    open: () => {
      log.push('open')
      return 0
    },
    release: () => {
      log.push('release')
      return 0
    },
    mmap: (_f, vma) => hook(vma),
    ioctl: (f, c, a) => io(c, a as never, f as never),
  },
})
const got: page[] = []
const st: number[] = []
user.waitpid(
  user.spawn('u', () => {
    const fd = user.open('/dev/lab', 2) as number
    let area: vm_area_struct
    hook = (vma) => {
      area = vma
      vma.vm_ops = {
        open: () => {
          log.push('vopen')
        },
        close: () => {
          log.push('vclose')
        },
        fault: (vmf: vm_fault) => {
          log.push(`fault${vmf.pgoff}`)
          k.get_page(pg)
          vmf.page = pg
          return 0
        },
      }
      return 0
    }
    const m = user.mmap(null, 3 * 4096, 3, user.MAP_SHARED, fd, 0) as Ptr
    t('lazy', rm(pg), '1/0')
    m.read_u8(4096)
    t('fault', `${log.join()} ${rm(pg)}`, 'open,fault1 2/1')
    log = []
    user.munmap(m.add(4096), 4096)
    t('split close', `${log.join()} ${rm(pg)}`, 'vopen,vopen,vclose 1/0')
    log = []
    user.close(fd)
    t('no release yet', log.join(), '')
    user.munmap(m, 4096)
    t('c1', log.join(), 'vclose')
    user.munmap(m.add(8192), 4096)
    t('release at last', log.join(), 'vclose,vclose,release')
    const fd2 = user.open('/dev/lab', 2) as number
    // zap, unmap_mapping_range
    io = (c, a, f) => {
      if (c === 0) k.zap_page_range_single(area, area.vm_start, 4096, null)
      if (c === 1) k.unmap_mapping_range(f, 0, 0, 1)
      if (c === 2) k.zap_vma_ptes(area, area.vm_start, 4096)
      return 0
    }
    const q = user.mmap(null, 4096, 3, user.MAP_SHARED, fd2, 0) as Ptr
    q.write_u8(0, 1)
    t('w', rm(pg), '2/1')
    user.ioctl(fd2, 2, 0)
    t('zap_vma_ptes no pfnmap', rm(pg), '2/1')
    user.ioctl(fd2, 0, 0)
    t('zap', rm(pg), '1/0')
    q.read_u8(0)
    t('refault', rm(pg), '2/1')
    const ch = user.fork(() => {
      q.read_u8(0)
      t('child', rm(pg), '3/2')
      user.ioctl(fd2, 1, 0)
      t('umr all', rm(pg), '1/0')
    })
    user.waitpid(ch)
    log = []
    const mv = user.mremap(q, 4096, 4096, user.MREMAP_MAYMOVE | user.MREMAP_FIXED, 0x60000000n) as Ptr
    t('mremap calls', log.join(), 'vopen,vclose')
    t('vmas', mv.addr, 0x60000000n)
  }),
  st,
)
t('exit', [st[0], rm(pg)].join(), '0,1/0')
k.__free_page(pg)
