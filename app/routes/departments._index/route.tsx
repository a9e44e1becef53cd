import type { MetaFunction } from '@remix-run/node'
import { useLoaderData } from '@remix-run/react'
import { textIn, useText } from '#app/catalogue/text.ts'
import { readDepartments } from '#app/domain/departments/read.server.ts'
import type { Handle } from '#app/web/frame.ts'
import { DepartmentList } from '#app/ui/department.tsx'
import { PageTitle } from '#app/ui/page-title.tsx'
import { open } from '#app/web/door.server.ts'
import { pageTitle } from '#app/web/page-title.ts'

export const handle: Handle = { here: 'departments' }

export const meta: MetaFunction = (args) => [
  pageTitle(args, textIn('en')('pageTitle.departments')),
  { name: 'description', content: textIn('en')('departments.intro') },
]

export const loader = open('visit', async ({ campus, shows }) => {
  shows('lists')
  return { departments: await readDepartments(campus) }
})

export default function Departments() {
  const { departments } = useLoaderData<typeof loader>()
  const t = useText()
  return (
    <>
      <PageTitle title={t('departments.title')} intro={t('departments.intro')} />
      <DepartmentList departments={departments} />
    </>
  )
}
