/**
 * user: programs in user space and the system calls they make. Follows fs/open.c, fs/pipe.c, fs/splice.c, mm/mmap.c,
 * kernel/fork.c, kernel/exit.c at v6.12 in outline.
 * Simplified: one thread per program; paths are those of misc devices; a full pipe does not block.
 */
import { changes, isMade, Part, reads } from '../../machine/state-watch.ts'
import { callUser, Driven, type Steps } from '../../sched/driven.ts'
import { Flag, NO_SUBJECT, Op } from '../../trace/ops.ts'
import { TaskState } from '../../trace/fields.ts'
import { PG_referenced } from '../../mm/page-flags.ts'
import { VM_IO, VM_PFNMAP } from '../../mm/vma.ts'
import type { Ptr } from '../handles/pointer.ts'
import { file } from '../handles/user-memory.ts'
import { FdTable } from '../fd-table.ts'
import type { OpenFile, Pipe } from '../open-file.ts'
import type { Process } from '../processes.ts'
import type { RunHost } from '../run-host.ts'
import { addressOf, countOf, lengthOf, MAX_RW_COUNT, piecesOf, wholeOf } from '../arguments.ts'
import type { Site, Surface } from '../surface.ts'
import { ForkCopy } from './fork-copy.ts'
import * as Memory from './memory-calls.ts'
import { MREMAP_DONTUNMAP, MREMAP_FIXED, MREMAP_MAYMOVE } from './remap-calls.ts'

const ENOENT = -2
const EBADF = -9
const EAGAIN = -11
const EFAULT = -14
const EINVAL = -22
const ENOTTY = -25
/** SPLICE_F_MOVE to SPLICE_F_GIFT. */
const SPLICE_F_ALL = 15

export function userPrograms(s: Surface, host: RunHost) {
  const { users, tasks, trace } = s
  const calls = new ForkCopy(s)

  function processOf(name: string): Process {
    const process = users.current
    if (process === null) throw new TypeError(`${name}() is a system call: only a user program (spawn) can make it`)
    return process
  }

  /** A system call: counts as kernel mode while it runs, its record is closed with the result. */
  function call(site: Site, kind: number, name: string, body: (process: Process) => Steps<number>): Driven {
    const process = processOf(name)
    return new Driven(
      (function* (): Steps {
        s.userAccess.deliver(site, process)
        process.inKernel++
        const result = yield* body(process)
        process.inKernel--
        if (kind !== 0) {
          trace.begin(site)
          s.done(kind, 0, NO_SUBJECT, result | 0, 0, result < 0 ? Flag.FAILED : 0)
        }
        s.userAccess.deliver(site, process)
        return result
      })(),
    )
  }

  function newFd(process: Process, open: OpenFile): number {
    return process.fds.open(open)
  }

  function* closeFile(site: Site, open: OpenFile): Steps<void> {
    changes(Part.FILE, open)
    if (open.pipe !== null) changes(Part.PIPE, null)
    if (open.references === 1 && open.pipe !== null) {
      const { pipe, end } = open.pipe
      if (end === 'read') pipe.readers--
      else pipe.writers--
      if (pipe.readers + pipe.writers === 0)
        for (const buffer of pipe.buffers.splice(0)) releaseBuffer(site, buffer.pfn)
    }
    yield* users.putFile(open.handle)
  }

  function releaseBuffer(site: Site, pfn: number): void {
    if (pfn < 0) return
    trace.begin(site)
    const allocation = s.occupant(s.kernel.frames.headOf(pfn))
    s.done(Op.pipe_release, allocation, pfn, s.kernel.frames.headOf(pfn), 0, s.kernel.refs.put(pfn))
  }

  /** Starts a program: its code, then what the kernel does when it ends. */
  function start(name: string, process: Process, fn: unknown, site: Site): void {
    const { task } = process
    users.byTask.set(task, process)
    isMade(process)
    host.scheduler.add(
      task,
      (function* (): Steps {
        try {
          const result = yield* callUser(fn, [])
          process.status = (typeof result === 'number' ? result & 0xff : 0) << 8
        } catch (error) {
          if (!host.caughtExit(error)) throw error
        }
        void name
        // The end is a step of its own: others may come between it and the last thing the program did.
        yield
        process.inKernel = 1
        for (const vma of [process.mm]) {
          changes(Part.COUNTS, vma)
          vma.users--
          if (vma.users === 0) yield* users.exitMap(site, vma)
        }
        for (const one of process.fds.takeAll()) yield* closeFile(site, one)
        trace.begin(site)
        s.done(Op.exit, 0, task, process.status, 0, 0)
        return undefined
      })(),
    )
  }

  const address = (value: unknown): number => (value === null || value === undefined ? 0 : addressOf(value))

  const bytesOf = (count: unknown): number => Math.min(countOf(count, 'count'), MAX_RW_COUNT)

  /** A user pointer, or the errno. */
  const pointerOr = (result: number): Ptr | number => (result < 0 ? result : s.access.user(result))

  function readPipe(site: Site, process: Process, pipe: Pipe, to: number, count: number): number {
    changes(Part.PIPE, null)
    let done = 0
    while (done < count && pipe.buffers.length > 0) {
      const buffer = pipe.buffers[0]!
      const n = Math.min(count - done, buffer.length)
      const data =
        buffer.bytes?.subarray(buffer.offset, buffer.offset + n) ??
        s.kernel.memory.bytes(buffer.pfn * s.pageSize + buffer.offset, n)
      if (!s.userAccess.write(site, process.mm, to + done, data)) return done > 0 ? done : EFAULT
      buffer.offset += n
      buffer.length -= n
      done += n
      if (buffer.length === 0) {
        pipe.buffers.shift()
        releaseBuffer(site, buffer.pfn)
      }
    }
    return done === 0 && pipe.writers > 0 ? EAGAIN : done
  }

  function splice(site: Site, process: Process, pipe: Pipe, from: number, bytes: number): number {
    changes(Part.PIPE, null)
    if (pipe.readers === 0) s.userAccess.brokenPipe(site, process)
    let done = 0
    while (done < bytes) {
      const at = from + done
      const vma = process.mm.lookup(at)
      const present = process.mm.table.get(at - (at % s.pageSize))
      // iov_iter_get_pages2() is get_user_pages_fast(): a normal entry is enough, the area's flags are not looked at.
      const isFast = present !== null && !present.special && s.kernel.refs.count(present.pfn) > 0
      const refused = vma === null || (!isFast && (vma.flags & (VM_IO | VM_PFNMAP)) !== 0)
      const pfn = refused ? -1 : users.reach(site, process.mm, at, false)
      const pte = process.mm.table.get(at - (at % s.pageSize))
      trace.begin(site)
      const error = pfn < 0 ? EFAULT : pte?.special === true && pfn !== 1 ? -17 : 0
      if (error !== 0 || !users.map.grab(pfn, false)) {
        s.done(Op.vmsplice, 0, NO_SUBJECT, 0, error, Flag.FAILED)
        return done > 0 ? done : error || -12
      }
      // GUP-fast finds what is present by now; it leaves the zero page to slow GUP, which marks nothing here.
      if (pte?.special !== true) users.map.setFlag(pfn, PG_referenced)
      const n = Math.min(bytes - done, s.pageSize - (at % s.pageSize))
      pipe.buffers.push({ pfn, offset: at % s.pageSize, length: n, bytes: null })
      s.done(Op.vmsplice, users.map.occupant(pfn), pfn, s.kernel.frames.headOf(pfn), 0, 0)
      done += n
    }
    return done
  }

  return {
    steps: {
      /** Starts a user program with an address space of its own. Returns its pid. */
      spawn(site: Site, name: string, fn: () => unknown): number {
        const [called, body] = typeof name === 'function' ? [String(fn ?? 'user'), name as () => unknown] : [name, fn]
        if (typeof body !== 'function') throw new TypeError('spawn() takes a name and a function')
        host.needsInterleaving()
        trace.begin(site)
        const task = tasks.create(String(called), 'process')
        s.done(Op.spawn, 0, task, 0, 0, 0)
        const parent = s.control.task
        const process: Process = { task, parent, mm: users.map.create(), fds: new FdTable(), inKernel: 0, status: 0 }
        start(called, process, body, site)
        return tasks.list[task]!.pid
      },
      /** Ends the running program with a code. Its mappings and files are released. */
      exit(site: Site, code: number): never {
        const process = processOf('exit')
        void site
        process.status = (wholeOf(code ?? 0, 'code') & 0xff) << 8
        return host.exitTask()
      },
    },
    suspending: {
      /** Opens a device file. Returns a descriptor, -ENOENT, or what the driver's `open` returned. */
      open(site: Site, path: string, flags?: number): number {
        return call(site, Op.sys_open, 'open', function* (process) {
          reads(Part.DEVICES, null)
          const fops = users.devices.get(String(path).replace(/^\/dev\//, ''))
          if (fops === undefined) return ENOENT
          const handle = isMade(new file(flags ?? 2))
          Object.freeze(handle)
          const opened: OpenFile = isMade({ handle, fops, path: String(path), name: -1, pipe: null, references: 1 })
          users.files.set(handle, opened)
          const result = Number((yield* users.call(fops.open, [handle], fops)) ?? 0)
          return result < 0 ? result : newFd(process, opened)
        }) as unknown as number
      },
      /** Closes a descriptor. */
      close(site: Site, fd: number): number {
        return call(site, Op.sys_close, 'close', function* (process) {
          const open = process.fds.get(fd)
          if (open === undefined) return EBADF
          process.fds.remove(fd)
          yield* closeFile(site, open)
          return 0
        }) as unknown as number
      },
      /** Calls the driver's `ioctl`. Returns its result. */
      ioctl(site: Site, fd: number, cmd: number, arg?: bigint | number | Ptr): number {
        return call(site, Op.sys_ioctl, 'ioctl', function* (process) {
          const open = process.fds.get(fd)
          if (open === undefined) return EBADF
          const hook = open.fops?.unlocked_ioctl ?? open.fops?.ioctl
          if (typeof hook !== 'function') return ENOTTY
          return Number((yield* users.call(hook, [open.handle, cmd, arg ?? 0], open.fops)) ?? 0)
        }) as unknown as number
      },
      /** Reads from a pipe or a device into user memory. Returns the bytes. */
      read(site: Site, fd: number, buf: Ptr, count: number): number {
        return call(site, Op.sys_read, 'read', function* (process) {
          const open = process.fds.get(fd)
          if (open === undefined || open.pipe?.end === 'write') return EBADF
          if (open.pipe !== null) return readPipe(site, process, open.pipe.pipe, address(buf), bytesOf(count))
          if (typeof open.fops?.read !== 'function') return EINVAL
          return Number((yield* users.call(open.fops.read, [open.handle, buf, count], open.fops)) ?? 0)
        }) as unknown as number
      },
      /** Writes user memory into a pipe (a copy) or to a device. Returns the bytes. */
      write(site: Site, fd: number, buf: Ptr, count: number): number {
        return call(site, Op.sys_write, 'write', function* (process) {
          const open = process.fds.get(fd)
          if (open === undefined || open.pipe?.end === 'read') return EBADF
          if (open.pipe !== null) {
            changes(Part.PIPE, null)
            if (open.pipe.pipe.readers === 0) s.userAccess.brokenPipe(site, process)
            const bytes = s.userAccess.read(site, process.mm, address(buf), bytesOf(count))
            if (bytes === null) return EFAULT
            open.pipe.pipe.buffers.push({ pfn: -1, offset: 0, length: bytes.length, bytes })
            return bytes.length
          }
          if (typeof open.fops?.write !== 'function') return EINVAL
          return Number((yield* users.call(open.fops.write, [open.handle, buf, count], open.fops)) ?? 0)
        }) as unknown as number
      },
      /** Maps a device or anonymous memory (fd -1 or MAP_ANONYMOUS). Returns the address, or a negative errno. */
      mmap(
        site: Site,
        addr: bigint | number | Ptr | null,
        length: number,
        prot: number,
        flags: number,
        fd: number,
        offset: number,
      ): Ptr | number {
        const process = processOf('mmap')
        return new Driven(
          (function* (): Steps {
            const request = {
              hint: address(addr),
              length: lengthOf(length, 'length'),
              prot: wholeOf(prot, 'prot'),
              flags: wholeOf(flags, 'flags'),
              offset: lengthOf(offset ?? 0, 'offset'),
            }
            const anonymous = (flags & Memory.MAP_ANONYMOUS) !== 0 || wholeOf(fd, 'fd') < 0
            const open = anonymous ? null : (process.fds.get(fd) ?? undefined)
            if (open === undefined) return EBADF
            process.inKernel++
            const result = yield* calls.mmap(site, process, { ...request, open })
            process.inKernel--
            s.userAccess.deliver(site, process)
            return pointerOr(result)
          })(),
        ) as unknown as Ptr
      },
      /** Unmaps a range. Two halves: the areas leave the tree; later the entries are cleared and `close` runs. */
      munmap(site: Site, addr: bigint | number | Ptr, length: number): number {
        return call(site, 0, 'munmap', (process) =>
          calls.munmap(site, process, address(addr), lengthOf(length, 'length')),
        ) as unknown as number
      },
      /** Moves or resizes a mapping. Returns the address, or a negative errno. */
      mremap(
        site: Site,
        old_address: bigint | number | Ptr,
        old_size: number,
        new_size: number,
        flags: number,
        new_address?: bigint | number | Ptr,
      ): Ptr | number {
        const process = processOf('mremap')
        return new Driven(
          (function* (): Steps {
            const [from, to] = [address(old_address), address(new_address)]
            const [old, size] = [lengthOf(old_size, 'old_size'), lengthOf(new_size, 'new_size')]
            const how = wholeOf(flags, 'flags')
            process.inKernel++
            const result = yield* calls.mremap(site, process, from, old, size, how, to)
            process.inKernel--
            s.userAccess.deliver(site, process)
            return pointerOr(result)
          })(),
        ) as unknown as Ptr
      },
      /** Makes a copy of the program, with the same files and copy-on-write memory, that runs `fn`. Returns its pid. */
      fork(site: Site, fn: () => unknown): number {
        const parent = processOf('fork')
        if (typeof fn !== 'function') throw new TypeError('fork() takes the function that the child runs')
        return new Driven(
          (function* (): Steps {
            parent.inKernel++
            trace.begin(site)
            const { name } = tasks.list[s.control.task]!
            const task = tasks.create(name, 'process')
            s.done(Op.fork, 0, task, 0, 0, 0)
            const fds = parent.fds.copy()
            const child: Process = { task, parent: parent.task, mm: users.map.create(), fds, inKernel: 0, status: 0 }
            const copied = yield* calls.copy(site, parent.mm, child.mm)
            if (copied < 0) {
              yield* users.exitMap(site, child.mm)
              for (const open of fds.takeAll()) yield* closeFile(site, open)
              tasks.setState(task, TaskState.ENDED)
              parent.inKernel--
              return copied
            }
            start(name, child, fn, site)
            parent.inKernel--
            return tasks.list[task]!.pid
          })(),
        ) as unknown as number
      },
      /** Makes a pipe: `fds[0]` reads, `fds[1]` writes. */
      pipe(site: Site, fds: number[]): number {
        if (!Array.isArray(fds)) throw new TypeError('pipe() takes an array for two descriptors')
        return call(site, Op.sys_pipe, 'pipe', function* (process) {
          const pipe: Pipe = { buffers: [], readers: 1, writers: 1 }
          for (const end of ['read', 'write'] as const) {
            const handle = new file(0)
            Object.freeze(handle)
            const open: OpenFile = isMade({
              handle,
              fops: null,
              path: '',
              name: -1,
              pipe: { pipe, end },
              references: 1,
            })
            users.files.set(handle, open)
            fds[end === 'read' ? 0 : 1] = newFd(process, open)
          }
          yield
          return 0
        }) as unknown as number
      },
      /** Puts user pages into a pipe without copying: each buffer holds a reference, also after munmap and exit. */
      vmsplice(
        site: Site,
        fd: number,
        iov: readonly { readonly iov_base: Ptr; readonly iov_len: number }[],
        n: number,
        flags: number,
      ): number {
        const pieces = piecesOf(iov, n, 'iov')
        return call(site, 0, 'vmsplice', function* (process) {
          if (((flags ?? 0) & ~SPLICE_F_ALL) !== 0) return EINVAL
          const pipe = process.fds.get(fd)?.pipe
          if (pipe === null || pipe === undefined) return EBADF
          let total = 0
          for (const { iov_base, iov_len } of pieces) {
            const done = splice(site, process, pipe.pipe, iov_base, iov_len)
            if (done < 0) return total > 0 ? total : done
            total += done
            yield
          }
          return total
        }) as unknown as number
      },
    },
    values: {
      /** Pages may be read. */
      PROT_READ: Memory.PROT_READ,
      /** Pages may be written. */
      PROT_WRITE: Memory.PROT_WRITE,
      /** Pages may be executed. */
      PROT_EXEC: Memory.PROT_EXEC,
      /** Pages may not be used. */
      PROT_NONE: 0,
      /** Writes go to what is mapped. */
      MAP_SHARED: Memory.MAP_SHARED,
      /** Writes go to copies. */
      MAP_PRIVATE: Memory.MAP_PRIVATE,
      /** At this address exactly; what is there is unmapped. */
      MAP_FIXED: Memory.MAP_FIXED,
      /** At this address exactly, or -EEXIST. */
      MAP_FIXED_NOREPLACE: Memory.MAP_FIXED_NOREPLACE,
      /** Memory of no file. */
      MAP_ANONYMOUS: Memory.MAP_ANONYMOUS,
      /** `mmap` failed, in C; here it returns a negative errno. */
      MAP_FAILED: -1,
      /** The mapping may move. */
      MREMAP_MAYMOVE,
      /** The mapping moves to `new_address`. */
      MREMAP_FIXED,
      /** The old area stays, without pages. */
      MREMAP_DONTUNMAP,
      /** Opens for reading. */
      O_RDONLY: 0,
      /** Opens for writing. */
      O_WRONLY: 1,
      /** Opens for both. */
      O_RDWR: 2,
    },
  }
}
