/**
 * user: programs in user space and the system calls they make. Follows fs/open.c, fs/pipe.c, fs/splice.c, mm/mmap.c,
 * kernel/fork.c, kernel/exit.c at v6.12 in outline.
 * Simplified: one thread per program; paths are those of misc devices.
 */
import { changes, isMade, Part, reads } from '../../machine/state-watch.ts'
import { callUser, Driven, type Steps } from '../../sched/driven.ts'
import { Flag, NO_SUBJECT, Op } from '../../trace/ops.ts'
import { TaskState } from '../../trace/fields.ts'
import type { Ptr } from '../handles/pointer.ts'
import { file } from '../handles/user-memory.ts'
import { FdTable } from '../fd-table.ts'
import type { OpenFile } from '../open-file.ts'
import type { Process } from '../processes.ts'
import type { RunHost } from '../run-host.ts'
import { addressOf, countOf, lengthOf, maxRwCount, piecesOf, textOf, wholeOf } from '../arguments.ts'
import type { Site, Surface } from '../surface.ts'
import { ForkCopy } from './fork-copy.ts'
import { newPipe, PipeCalls, SPLICE_F_NONBLOCK } from './pipe-calls.ts'
import * as Memory from './memory-calls.ts'
import { MREMAP_DONTUNMAP, MREMAP_FIXED, MREMAP_MAYMOVE } from './remap-calls.ts'

const ENOENT = -2
const EBADF = -9
const EINVAL = -22
const ENOTTY = -25
const O_RDONLY = 0
const O_WRONLY = 1
const O_RDWR = 2
const O_ACCMODE = 3
/** O_CREAT, O_EXCL, O_NOCTTY, O_TRUNC: of the open itself, no flags of the file. */
const O_AT_OPEN = 0o1700
/** What a 64-bit kernel sets itself (force_o_largefile()). */
const O_LARGEFILE = 0o100000
/** SPLICE_F_MOVE to SPLICE_F_GIFT. */
const SPLICE_F_ALL = 15

/** FMODE_READ or FMODE_WRITE of an open file. */
function isOpenFor({ pipe, handle }: OpenFile, way: 'read' | 'write'): boolean {
  if (pipe !== null) return pipe.end === way
  return (handle.f_flags & O_ACCMODE) !== (way === 'read' ? O_WRONLY : O_RDONLY)
}

export function userPrograms(s: Surface, host: RunHost) {
  const { users, tasks, trace } = s
  const calls = new ForkCopy(s)
  const pipes = new PipeCalls(s, host)

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

  /** `f_flags` of what is opened. */
  const largeFile = s.kernel.info.arch === 'i386-highmem' ? 0 : O_LARGEFILE
  const fileFlags = (flags: number): number => (flags & ~O_AT_OPEN) | largeFile

  function newFd(process: Process, open: OpenFile): number {
    return process.fds.open(open)
  }

  function* closeFile(site: Site, open: OpenFile): Steps<void> {
    changes(Part.FILE, open)
    if (open.pipe !== null) changes(Part.PIPE, null)
    if (open.references === 1 && open.pipe !== null) pipes.closeEnd(site, open.pipe)
    yield* users.putFile(open.handle)
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

  const bytesOf = (count: unknown): number => Math.min(countOf(count, 'count'), maxRwCount(s.pageSize))

  /** A user pointer, or the errno. */
  const pointerOr = (result: number): Ptr | number => (result < 0 ? result : s.access.user(result))

  return {
    steps: {
      /** Starts a user program with an address space of its own. Returns its pid. */
      spawn(site: Site, name: string, fn: () => unknown): number {
        const [called, body] = typeof name === 'function' ? [String(fn ?? 'user'), name as () => unknown] : [name, fn]
        if (typeof body !== 'function') throw new TypeError('spawn() takes a name and a function')
        host.needsInterleaving()
        trace.begin(site)
        const task = tasks.create(textOf(called, 'the name'), 'process')
        const mm = users.map.create()
        s.done(Op.spawn, 0, task, mm.id, 0, 0)
        const parent = s.control.task
        const process: Process = { task, parent, mm, fds: new FdTable(), inKernel: 0, status: 0 }
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
          const name = textOf(path, 'the path')
          const fops = users.devices.get(name.replace(/^\/dev\//, ''))
          if (fops === undefined) return ENOENT
          const handle = isMade(new file(fileFlags(flags ?? O_RDWR)))
          Object.freeze(handle)
          const opened: OpenFile = isMade({ handle, fops, path: name, name: -1, pipe: null, references: 1 })
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
      /** Reads from a pipe (waits while it is empty; 0 = its end) or a device into user memory. Returns the bytes. */
      read(site: Site, fd: number, buf: Ptr, count: number): number {
        return call(site, Op.sys_read, 'read', function* (process) {
          const open = process.fds.get(fd)
          if (open === undefined || !isOpenFor(open, 'read')) return EBADF
          if (open.pipe !== null) return yield* pipes.read(site, process, open.pipe.pipe, address(buf), bytesOf(count))
          if (typeof open.fops?.read !== 'function') return EINVAL
          return Number((yield* users.call(open.fops.read, [open.handle, buf, count], open.fops)) ?? 0)
        }) as unknown as number
      },
      /** Writes user memory into a pipe (a copy; waits while it is full) or to a device. Returns the bytes. */
      write(site: Site, fd: number, buf: Ptr, count: number): number {
        return call(site, Op.sys_write, 'write', function* (process) {
          const open = process.fds.get(fd)
          if (open === undefined || !isOpenFor(open, 'write')) return EBADF
          if (open.pipe !== null) return yield* pipes.write(site, process, open.pipe.pipe, address(buf), bytesOf(count))
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
            const mm = users.map.create()
            s.done(Op.fork, 0, task, mm.id, 0, 0)
            const fds = parent.fds.copy()
            const child: Process = { task, parent: parent.task, mm, fds, inKernel: 0, status: 0 }
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
          const pipe = newPipe()
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
            pipe.ends.push(open)
            fds[end === 'read' ? 0 : 1] = newFd(process, open)
          }
          yield
          return 0
        }) as unknown as number
      },
      /**
       * Puts user pages into a pipe without copying: each buffer holds a reference, also after munmap and exit. A pipe
       * has room for 16 buffers: the rest is left out. A full one is waited for, or -EAGAIN with SPLICE_F_NONBLOCK.
       */
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
          if (pieces.every(({ iov_len }) => iov_len === 0)) return 0
          if (pipe.end === 'read') return yield* pipes.spliceToUser(site, process, pipe.pipe, pieces, flags ?? 0)
          return yield* pipes.splice(site, process, pipe.pipe, pieces, flags ?? 0)
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
      /** `vmsplice` does not wait for room. */
      SPLICE_F_NONBLOCK,
      /** `vmsplice` gives the pages away. */
      SPLICE_F_GIFT: 8,
      /** Opens for reading. */
      O_RDONLY,
      /** Opens for writing. */
      O_WRONLY,
      /** Opens for both. */
      O_RDWR,
    },
  }
}
