import { readdirSync, readFileSync } from 'node:fs'
import { dirname, join, posix } from 'node:path'
import ts from 'typescript'

export interface SourceFile {
  /** Below the root of the repository, with `/` between folders. */
  readonly path: string
  readonly text: string
  readonly imports: readonly Import[]
}

export interface Import {
  /** As it is written. */
  readonly written: string
  /** A file of this repository by its path, a package by its name, or `node:…`. */
  readonly target: string
}

export const root = join(import.meta.dirname, '..', '..')

/** Every file below some folders whose name ends so. */
export function sourceFiles(
  folders: readonly string[],
  endings: readonly string[] = ['.ts'],
): readonly SourceFile[] {
  return folders.flatMap((folder) =>
    filesBelow(folder)
      .filter((path) => endings.some((ending) => path.endsWith(ending)))
      .map((path) => {
        const text = readFileSync(join(root, path), 'utf8')
        return { path, text, imports: importsOf(path, text) }
      }),
  )
}

/** The paths of all files below a folder; none if there is no such folder. */
export function filesBelow(folder: string): readonly string[] {
  const found = readdirSync(root).includes(folder.split('/')[0] ?? '')
  if (!found) return []
  return readdirSync(join(root, folder), { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath, entry.name).slice(root.length + 1))
    .map((path) => path.replaceAll('\\', '/'))
    .sort()
}

function importsOf(path: string, text: string): readonly Import[] {
  return ts
    .preProcessFile(text, true, true)
    .importedFiles.map(({ fileName }) => ({ written: fileName, target: targetOf(path, fileName) }))
}

function targetOf(path: string, written: string): string {
  if (written.startsWith('.')) return posix.join(dirname(path), written)
  if (written.startsWith('node:')) return written
  return written
    .split('/')
    .slice(0, written.startsWith('@') ? 2 : 1)
    .join('/')
}
