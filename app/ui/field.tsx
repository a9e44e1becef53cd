import type { InputHTMLAttributes, ReactNode, SelectHTMLAttributes, TextareaHTMLAttributes } from 'react'
import { useText } from '#app/catalogue/text.ts'

export type FieldProps = {
  id: string
  name: string
  label: string
  hint?: ReactNode
  /** Sentences, as a form library hands them over. */
  errors?: ReadonlyArray<string>
  /** Says so beside the label. */
  optional?: boolean
}

/** What ties a control to its label, hint and error. */
export type ControlProps = {
  id: string
  name: string
  'aria-invalid': true | undefined
  'aria-describedby': string | undefined
}

/** Label, hint, control and error. The control is drawn by `children`, tied by the props it is given. */
export function Field(props: FieldProps & { children: (control: ControlProps) => ReactNode }) {
  const { id, name, label, hint, errors = [], optional, children } = props
  const t = useText()
  const wrong = errors.length > 0
  const described = [hint ? `${id}-hint` : null, wrong ? `${id}-error` : null].filter(Boolean).join(' ')
  return (
    <div className="field" data-wrong={wrong || undefined}>
      <label htmlFor={id}>
        {label}
        {optional && <span className="optional"> ({t('form.optional')})</span>}
      </label>
      {hint && (
        <p className="hint" id={`${id}-hint`}>
          {hint}
        </p>
      )}
      {wrong && (
        <p className="error" id={`${id}-error`}>
          {errors.join(' ')}
        </p>
      )}
      {children({ id, name, 'aria-invalid': wrong || undefined, 'aria-describedby': described || undefined })}
    </div>
  )
}

export function TextField({
  label,
  hint,
  errors,
  optional,
  ...input
}: FieldProps & InputHTMLAttributes<HTMLInputElement>) {
  return (
    <Field id={input.id} name={input.name} {...{ label, hint, errors, optional }}>
      {(control) => <input type="text" {...input} {...control} />}
    </Field>
  )
}

export function TextArea({
  label,
  hint,
  errors,
  optional,
  ...textarea
}: FieldProps & TextareaHTMLAttributes<HTMLTextAreaElement>) {
  return (
    <Field id={textarea.id} name={textarea.name} {...{ label, hint, errors, optional }}>
      {(control) => <textarea rows={6} dir="auto" {...textarea} {...control} />}
    </Field>
  )
}

export type SelectFieldProps = FieldProps &
  SelectHTMLAttributes<HTMLSelectElement> & { options: ReadonlyArray<{ value: string; text: string }> }

export function SelectField({ label, hint, errors, optional, options, ...select }: SelectFieldProps) {
  return (
    <Field id={select.id} name={select.name} {...{ label, hint, errors, optional }}>
      {(control) => (
        <select {...select} {...control}>
          {options.map(({ value, text }) => (
            <option key={value} value={value}>
              {text}
            </option>
          ))}
        </select>
      )}
    </Field>
  )
}
