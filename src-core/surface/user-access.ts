/**
 * Loads and stores at user addresses: of user code through a `Ptr`, and of the kernel on its behalf. Each page is one
 * step; what is missing is faulted in first. They go through the TLB of the running cpu, as it is.
 */
import { Part, reads } from '../machine/state-watch.ts'
import { Op } from '../trace/ops.ts'
import type { MmStruct } from '../mm/mm-struct.ts'
import { VM_FAULT_OOM, VM_FAULT_SIGBUS } from './page-faults.ts'
import type { Process } from './processes.ts'
import type { Surface, Site } from './surface.ts'

const SIGBUS = 7
const SIGSEGV = 11
const SIGKILL = 9
const SIGPIPE = 13

/** Bytes that a read begins with. */
const FIRST_READ = 1 << 16

function grown(data: Uint8Array, size: number): Uint8Array<ArrayBuffer> {
  const larger = new Uint8Array(size)
  larger.set(data)
  return larger
}

export class UserAccess {
  constructor(
    private readonly s: Surface,
    private readonly exitTask: () => never,
  ) {}

  /** Copies bytes out of user memory; null = an address that may not be read. `onError` gets the fault. */
  read(
    site: Site,
    mm: MmStruct,
    at: number,
    count: number,
    onError?: (address: number, fault: number) => void,
  ): Uint8Array | null {
    const { s } = this
    let data = new Uint8Array(Math.min(count, FIRST_READ))
    for (let done = 0; done < count;) {
      const n = Math.min(count - done, s.pageSize - ((at + done) % s.pageSize))
      const pfn = s.users.load(site, mm, at + done, false)
      if (pfn < 0) {
        onError?.(at + done, -1 - pfn)
        return null
      }
      const phys = pfn * s.pageSize + ((at + done) % s.pageSize)
      s.trace.begin(site)
      // Memory is paid for what there is to read, not for what was asked.
      if (done + n > data.length) data = grown(data, Math.min(count, 2 * (done + n)))
      data.set(s.kernel.memory.bytes(phys, n), done)
      this.done(Op.user_load, Op.stale_load, phys, n)
      done += n
    }
    return data
  }

  /** Copies bytes into user memory. False: an address that may not be written. */
  write(
    site: Site,
    mm: MmStruct,
    at: number,
    data: Uint8Array,
    onError?: (address: number, fault: number) => void,
  ): boolean {
    const { s } = this
    for (let done = 0; done < data.length;) {
      const n = Math.min(data.length - done, s.pageSize - ((at + done) % s.pageSize))
      const pfn = s.users.load(site, mm, at + done, true)
      if (pfn < 0) {
        onError?.(at + done, -1 - pfn)
        return false
      }
      const phys = pfn * s.pageSize + ((at + done) % s.pageSize)
      s.trace.begin(site)
      s.kernel.memory.writeBytes(phys, data.subarray(done, done + n))
      this.done(Op.user_store, Op.stale_store, phys, n)
      done += n
    }
    return true
  }

  private done(kind: number, staleKind: number, phys: number, n: number): void {
    const { s } = this
    const { right, stale } = s.users.through
    s.done(stale ? staleKind : kind, s.memoryAt(phys), phys, n, right, 0)
  }

  /** A load of user code. The program is killed if it may not read there. */
  load(site: Site, at: number, count: number): Uint8Array {
    const process = this.s.users.current!
    this.deliver(site, process)
    return this.read(site, process.mm, at, count, (address, fault) => this.kill(site, address, fault, false))!
  }

  /** A store of user code. */
  store(site: Site, at: number, data: Uint8Array): void {
    const process = this.s.users.current!
    this.deliver(site, process)
    this.write(site, process.mm, at, data, (address, fault) => this.kill(site, address, fault, true))
  }

  /** A program that was killed ends here, between user mode and the kernel. */
  deliver(site: Site, process: Process): void {
    if (process.killable !== true) return
    reads(Part.SIGNAL, process)
    if (process.killed !== true) return
    const { s } = this
    s.trace.begin(site)
    s.done(Op.signal, 0, process.task, SIGKILL, 0, 0)
    process.status = SIGKILL
    this.exitTask()
  }

  /** A program writes into a pipe that nobody can read any more: SIGPIPE ends it (pipe_write(), add_to_pipe()). */
  brokenPipe(site: Site, process: Process): never {
    const { s } = this
    s.trace.begin(site)
    s.done(Op.signal, 0, process.task, SIGPIPE, 0, 0)
    process.status = SIGPIPE
    return this.exitTask()
  }

  /** True if a user address is used by user code; the kernel has to copy instead. */
  get inUserMode(): boolean {
    const process = this.s.users.current
    return process !== null && process.inKernel === 0
  }

  /** User code uses NULL, or an address that is no pointer: SIGSEGV. */
  nullAccess(site: Site, at: number, write: boolean): never {
    return this.kill(site, at, 0, write)
  }

  /** force_sig_fault(): the program ends. */
  private kill(site: Site, address: number, fault: number, write: boolean): never {
    const { s } = this
    const process = s.users.current!
    const signal = (fault & VM_FAULT_OOM) !== 0 ? SIGKILL : (fault & VM_FAULT_SIGBUS) !== 0 ? SIGBUS : SIGSEGV
    const { name, pid } = s.tasks.list[process.task]!
    s.trace.begin(site)
    const where = `at ${address.toString(16)} error ${write ? 6 : 4}`
    const what = signal === SIGSEGV ? `segfault ${where}` : `bus error ${where}`
    const killed = `Out of memory: Killed process ${pid} (${name})`
    s.log.line('info', signal === SIGKILL ? killed : `${name}[${pid}]: ${what}`)
    s.done(Op.signal, 0, process.task, signal, 0, 0)
    process.status = signal
    return this.exitTask()
  }
}
