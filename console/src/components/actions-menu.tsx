import { useRef } from 'react'
import { useT } from '../i18n.tsx'
import { type ActionsAsked, controlsOf, nameOf } from '../state/row-actions.ts'
import { type MenuItem, MenuList } from './menu.tsx'

const labels = { c: 'help.copyId', r: 'action.resend' } as const

/** What can be done with the row or panel that has the focus, by `.`: all that keys and pointer do there. */
export default function ActionsMenu(props: {
  readonly asked: ActionsAsked
  readonly onClose: () => void
}) {
  const t = useT()
  const { of, deeds } = props.asked
  const back = useRef(document.activeElement)
  const controls = useRef(controlsOf(of)).current
  const hasPage = of.querySelector('a[href]') !== null
  const items: readonly MenuItem[] = [
    ...(deeds === null ? [] : [item('open', t('help.openPanel'), deeds.open, 'Enter')]),
    ...(deeds === null || !hasPage
      ? []
      : [item('tab', t('help.openTab'), deeds.openTab, 'Ctrl Enter')]),
    ...Object.entries(labels).flatMap(([key, label]) => {
      const run = deeds?.keys[key]
      return run === undefined ? [] : [item(key, t(label), run, key)]
    }),
    ...(deeds?.more ?? []),
    ...controls.map((control, at) =>
      item(`${at}`, nameOf(control), () => control.click(), undefined),
    ),
    ...(deeds?.toggle == null ? [] : [item('select', t('help.select'), deeds.toggle, 'Space')]),
  ]
  return (
    <MenuList
      label={t('column.actions')}
      anchor={of}
      focusBack={back.current instanceof HTMLElement ? back.current : of}
      align="start"
      items={items}
      onClose={props.onClose}
    />
  )
}

const item = (
  id: string,
  label: string,
  onSelect: () => void,
  hint: string | undefined,
): MenuItem => ({ id, label, onSelect, ...(hint === undefined ? {} : { hint }) })
