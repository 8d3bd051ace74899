/** What system calls answer and what the driver sees of them, as fs/open.c, mm/mmap.c and fs/splice.c have it. */
import { describe, expect, it } from 'vitest'
import { runText } from '../../runtime/testing/run-text.ts'

const log = (body: string, machine: Record<string, string> = {}): readonly string[] =>
  runText(
    `import * as k from 'linux'
    import * as u from 'user'
    const say = (...values) => k.pr_info(values.join(' '))
    k.misc_register({ name: 'd', fops: {
      open(file) { say('open', file.f_flags.toString(16)) },
      mmap(file, vma) { say('mmap', vma.vm_flags.toString(16)); return 0 },
      read: () => 1,
      write: () => 2,
    } })
    u.spawn('p', () => {
      const pages = () => u.mmap(null, 8192, u.PROT_READ | u.PROT_WRITE, u.MAP_PRIVATE | u.MAP_ANONYMOUS, -1, 0)
      ${body}
    })`,
    { interleaved: true, machine },
  ).log

describe('a file', () => {
  it('has the flags of its open, and O_LARGEFILE on 64 bits', () => {
    const body = 'u.open("/dev/d", u.O_RDWR); u.open("/dev/d", 0o1100)'
    expect(log(body)).toEqual(['open 8002', 'open 8000'])
    expect(log(body, { arch: 'i386-highmem' })).toEqual(['open 2', 'open 0'])
  })

  it('can be read and written as it was opened', () => {
    expect(
      log(`const p = pages()
      for (const mode of [u.O_RDONLY, u.O_WRONLY, u.O_RDWR]) {
        const fd = u.open('/dev/d', mode)
        say(u.read(fd, p, 1), u.write(fd, p, 1))
      }`),
    ).toEqual(['open 8000', '1 -9', 'open 8001', '-9 2', 'open 8002', '1 2'])
  })

  it('that is not open for writing is mapped VM_MAYSHARE alone', () => {
    expect(
      log(`for (const mode of [u.O_RDONLY, u.O_RDWR])
        u.mmap(null, 4096, u.PROT_READ, u.MAP_SHARED, u.open('/dev/d', mode), 0)`),
    ).toEqual(['open 8000', 'mmap d1', 'open 8002', 'mmap f9'])
  })
})

describe('vmsplice', () => {
  it('of the end that is read copies to user memory', () => {
    expect(
      log(`const fds = []
      u.pipe(fds)
      const p = pages()
      p.write_u32(0, 0x11223344)
      say(u.vmsplice(fds[1], [{ iov_base: p, iov_len: 6 }], 1, 0))
      const to = [{ iov_base: p.add(4096), iov_len: 3 }, { iov_base: p.add(5000), iov_len: 10 }]
      say(u.vmsplice(fds[0], to, 2, 0), p.read_u32(4096).toString(16), p.read_u8(5000).toString(16))
      say(u.vmsplice(fds[0], to, 2, u.SPLICE_F_NONBLOCK), u.vmsplice(fds[0], [], 0, 0))`),
    ).toEqual(['6', '6 223344 11', '-11 0'])
  })
})
