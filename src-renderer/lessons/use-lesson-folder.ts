/** "Open lesson folder…": a teacher's own lesson, read by the page; nothing is uploaded. */
import { useTemplateRef, type ShallowRef } from 'vue'
import { useLessonsStore } from '../stores/lessons.ts'

/** Larger files are no lesson. */
const LARGEST = 1_000_000

export function useLessonFolder(): {
  readonly folderInput: Readonly<ShallowRef<HTMLInputElement | null>>
  takeFolder(event: Event): Promise<void>
} {
  const lessons = useLessonsStore()
  const folderInput = useTemplateRef<HTMLInputElement>('folderInput')

  async function takeFolder(event: Event): Promise<void> {
    const input = event.target as HTMLInputElement
    const chosen = [...(input.files ?? [])]
    input.value = ''
    lessons.failure = null
    try {
      const { id, files } = await readFolder(chosen)
      await lessons.take(id, files)
    } catch (error) {
      lessons.failure = error instanceof Error ? error.message : String(error)
    }
  }

  return { folderInput, takeFolder }
}

/** The lesson among the files of a folder. Throws with a sentence if there is none. */
export async function readFolder(
  chosen: readonly File[],
): Promise<{ id: string; files: Readonly<Record<string, string>> }> {
  const head = chosen.find((file) => file.name === 'lesson.md')
  if (head === undefined) throw new Error('This folder has no lesson.md: choose the folder of one lesson.')
  const folder = folderOf(head)
  const files: Record<string, string> = {}
  for (const file of chosen) {
    if (folderOf(file) !== folder || !/\.(md|ts)$/.test(file.name)) continue
    if (file.size > LARGEST) throw new Error(`${file.name} is larger than a megabyte: it is no part of a lesson.`)
    files[file.name] = await file.text()
  }
  return { id: folder.split('/').at(-1) || 'lesson', files }
}

function folderOf(file: File): string {
  return file.webkitRelativePath.split('/').slice(0, -1).join('/')
}
