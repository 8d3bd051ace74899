/** "Open lesson folder…": a teacher's own lesson, read by the page; nothing is uploaded. */
import { useLayoutStore } from '../stores/layout.ts'
import { useLessonsStore } from '../stores/lessons.ts'

/** Larger files are no lesson. */
const LARGEST = 1_000_000

/** Asks for the folder of a lesson and opens it. What is wrong with the folder is said above the list of lessons. */
export function takeLessonFolder(): void {
  const input = window.document.createElement('input')
  input.type = 'file'
  input.webkitdirectory = true
  input.onchange = () => void openLessonFolder([...(input.files ?? [])])
  input.click()
}

async function openLessonFolder(chosen: readonly File[]): Promise<void> {
  const lessons = useLessonsStore()
  lessons.failure = null
  try {
    const { id, files } = await readFolder(chosen)
    await lessons.take(id, files)
  } catch (error) {
    lessons.failure = error instanceof Error ? error.message : String(error)
    useLayoutStore().goTo('lessons')
  }
}

/** The lesson among the files of a folder. Throws with a sentence if there is none. */
export async function readFolder(
  chosen: readonly File[],
): Promise<{ id: string; files: Readonly<Record<string, string>> }> {
  const folder = folderOfLesson(chosen)
  const files: Record<string, string> = {}
  for (const file of chosen) {
    if (folderOf(file) !== folder || !/\.(md|ts)$/.test(file.name)) continue
    if (file.size > LARGEST) throw new Error(`${file.name} is larger than a megabyte: it is no part of a lesson.`)
    files[file.name] = await file.text()
  }
  return { id: folder.split('/').at(-1) || 'lesson', files }
}

/** The one folder of a lesson, as near to the chosen one as there is. */
function folderOfLesson(chosen: readonly File[]): string {
  const depth = (folder: string): number => folder.split('/').length
  const folders = chosen.filter(({ name }) => name === 'lesson.md').map(folderOf)
  const least = Math.min(...folders.map(depth))
  const [first, ...others] = folders.filter((folder) => depth(folder) === least)
  if (first === undefined) throw new Error('This folder has no lesson.md: choose the folder of one lesson.')
  if (others.length > 0) throw new Error(`This folder holds ${others.length + 1} lessons: choose the folder of one.`)
  return first
}

function folderOf(file: File): string {
  return file.webkitRelativePath.split('/').slice(0, -1).join('/')
}
