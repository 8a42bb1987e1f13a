import { Button } from '#renderer/ui/Button.tsx';
import { Field } from '#renderer/ui/Field.tsx';
import type { ChannelDraft } from './alerts-draft.ts';
import style from './Settings.module.css';

const KINDS: Readonly<Record<ChannelDraft['kind'], string>> = {
  webhook: 'Webhook',
  ntfy: 'ntfy',
  telegram: 'Telegram',
};

/** A channel of that kind as it begins; the token of a bot is asked for when it is saved. */
export function newChannel(kind: ChannelDraft['kind'], name: string): ChannelDraft {
  switch (kind) {
    case 'webhook':
      return { kind, name, on: true, url: 'https://' };
    case 'ntfy':
      return { kind, name, on: true, server: 'https://ntfy.sh', topic: '' };
    case 'telegram':
      return { kind, name, on: true, server: 'https://api.telegram.org', token: 'ask', chat: '' };
  }
}

export interface ChannelEditorProps {
  readonly channel: ChannelDraft;
  /** What is wrong with a field of it. */
  readonly errorOf: (field: string) => string | null;
  readonly onChange: (field: string, channel: ChannelDraft) => void;
  readonly onRemove: () => void;
}

function Address({ channel, errorOf, onChange }: Omit<ChannelEditorProps, 'onRemove'>) {
  const field = (name: string, label: string, value: string, next: (text: string) => ChannelDraft) => (
    <Field
      key={name}
      label={label}
      mono
      value={value}
      error={errorOf(name)}
      onChange={(text) => onChange(name, next(text))}
    />
  );
  switch (channel.kind) {
    case 'webhook':
      return field('url', 'Address', channel.url, (url) => ({ ...channel, url }));
    case 'ntfy':
      return [
        field('server', 'Server', channel.server, (server) => ({ ...channel, server })),
        field('topic', 'Topic', channel.topic, (topic) => ({ ...channel, topic })),
      ];
    case 'telegram':
      return [
        field('server', 'Server', channel.server, (server) => ({ ...channel, server })),
        field('chat', 'Chat id', channel.chat, (chat) => ({ ...channel, chat })),
      ];
  }
}

/** One channel: on or off, its name, where it sends to. A token is never in this page. */
export function ChannelEditor({ channel, errorOf, onChange, onRemove }: ChannelEditorProps) {
  const { kind, name, on } = channel;
  return (
    <fieldset className={style.channel} aria-label={`${KINDS[kind]} ${name}`}>
      <label className={style.check}>
        <input
          type="checkbox"
          checked={on}
          onChange={(event) => onChange('on', { ...channel, on: event.currentTarget.checked })}
        />
        {KINDS[kind]}
      </label>
      <Field
        label="Name"
        value={name}
        error={errorOf('name')}
        onChange={(text) => onChange('name', { ...channel, name: text })}
      />
      <Address channel={channel} errorOf={errorOf} onChange={onChange} />
      {channel.kind === 'telegram' ? (
        <span className={style.token}>
          {channel.token === 'kept' ? 'Its token is kept.' : 'Its token is asked for when you save.'}
          {channel.token === 'kept' ? (
            <Button look="quiet" onClick={() => onChange('token', { ...channel, token: 'ask' })}>
              Another token
            </Button>
          ) : null}
        </span>
      ) : null}
      <Button look="quiet" onClick={onRemove} aria-label={`Remove ${KINDS[kind]} ${name}`}>
        Remove
      </Button>
    </fieldset>
  );
}
