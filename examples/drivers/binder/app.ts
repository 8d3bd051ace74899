/**
 * Two programs that talk over binder: a service that is sent something, looks at it and gives the buffer back, and a
 * client. What the service does besides is the scenario.
 */
import {
  misc_register, misc_deregister, module_exit, pr_info, shared, READ_ONCE, WRITE_ONCE, PAGE_SIZE,
  vm_flags_set, VM_MIXEDMAP, type file, type Ptr, type vm_area_struct,
} from 'linux'
import { spawn, open, ioctl, mmap, waitpid, MAP_ANONYMOUS, MAP_PRIVATE, MAP_SHARED, O_RDONLY, O_RDWR } from 'user'
import { PROT_READ, PROT_WRITE } from 'user'
import {
  BC_FREE_BUFFER, BC_TRANSACTION, BINDER_READ, BINDER_SET_CONTEXT_MGR, BINDER_STATS, binder_fops,
} from './binder.ts'
import type { BinderAlloc } from './binder_alloc_h.ts'

export const PAGES = 4
export const SIZE = PAGES * PAGE_SIZE

/** What a scenario gets: the descriptor, the mapping, and the transaction's place in it. */
export interface Service {
  readonly fd: number
  readonly map: Ptr
}

/** Sends `bytes` bytes that begin with `word` to the service. Returns what ioctl returned. */
export function send(word: number, bytes: number): number {
  const result = shared(0)
  const pid = spawn('client', () => {
    const fd = open('/dev/binder', O_RDWR)
    const data = mmap(null, bytes + PAGE_SIZE, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0)
    if (typeof data === 'number') return
    data.write_u32(0, bytes)
    data.write_u32(4, word)
    WRITE_ONCE(result, ioctl(fd, BC_TRANSACTION, data))
  })
  waitpid(pid)
  return READ_ONCE(result)
}

/** The next buffer that came: its offset in the mapping. */
export function receive({ fd }: Service): number {
  return ioctl(fd, BINDER_READ)
}

/** The pages of the buffer become available: on the list, and mapped. */
export function give_back({ fd }: Service, offset: number): number {
  return ioctl(fd, BC_FREE_BUFFER, offset)
}

export function stats({ fd }: Service): void {
  ioctl(fd, BINDER_STATS)
}

/** Loads the driver, runs the service with a scenario, unloads. */
export function run(binder_alloc: BinderAlloc, scenario: (service: Service) => void): void {
  const cleanup = binder_alloc.shrinker_init()
  const misc = { name: 'binder', fops: binder_fops(binder_alloc) }
  misc_register(misc)
  // Another driver, whose areas take pages and may be written.
  const camera_mmap = (_file: file, vma: vm_area_struct): void => vm_flags_set(vma, VM_MIXEDMAP)
  const camera = { name: 'camera', fops: { mmap: camera_mmap } }
  misc_register(camera)
  module_exit(() => {
    misc_deregister(camera)
    misc_deregister(misc)
    cleanup?.()
  })
  spawn('service', () => {
    const fd = open('/dev/binder', O_RDONLY)
    const map = mmap(null, SIZE, PROT_READ, MAP_SHARED, fd, 0)
    if (typeof map === 'number') return
    ioctl(fd, BINDER_SET_CONTEXT_MGR)
    scenario({ fd, map })
  })
}

/** One transaction of three pages, read and given back. */
export function transact(service: Service): number {
  const sent = send(0x10ad, 2 * PAGE_SIZE + 100)
  const at = receive(service)
  if (sent !== 0 || at < 0) pr_info(`the transaction failed: ${sent}, ${at}`)
  else pr_info(`the service reads 0x${service.map.read_u32(at).toString(16)}`)
  return at
}
