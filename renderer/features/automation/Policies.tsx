import { useEffect, useState } from 'react';
import { call } from '#renderer/state/bridge.ts';
import { pointerGesture } from '#renderer/state/commands/gesture.ts';
import { Button } from '#renderer/ui/Button.tsx';
import { SeverityMark } from '#renderer/ui/SeverityMark.tsx';
import { showToast } from '#renderer/ui/toasts.ts';
import style from './AutomationPanel.module.css';

const EXAMPLE =
  '{\n  "deleverager": { "targetRatio": 0.4 },\n  "delta-hedger": [{ "underlying": "BTC", "coolDownSeconds": 30 }]\n}';

/** The policies of the session as JSON; what is left out has its default. What cannot be meant is refused with its line. */
export function Policies() {
  const [text, setText] = useState('');
  const [wrong, setWrong] = useState<string | null>(null);

  useEffect(() => {
    let left = false;
    void call('policies.load', {}).then((answer) => {
      if (left) return;
      if (answer.ok) setText(answer.value.text);
      else setWrong(answer.error.message);
    });
    return () => {
      left = true;
    };
  }, []);

  return (
    <form className={style.policies} aria-label="Policies" onSubmit={(event) => event.preventDefault()}>
      <label className={style.editor}>
        <span>Policies (JSON; empty: the defaults)</span>
        <textarea
          rows={6}
          spellCheck={false}
          value={text}
          placeholder={EXAMPLE}
          aria-invalid={wrong !== null}
          onChange={(event) => setText(event.currentTarget.value)}
        />
      </label>
      {wrong === null ? null : <SeverityMark severity="critical">{wrong}</SeverityMark>}
      <p className={style.about}>Automatic rules go off with new policies: set them again on the new ones.</p>
      <Button
        onClick={async (event) => {
          const answer = await call('policies.set', { text, gesture: pointerGesture(event, 'set policies') });
          setWrong(answer.ok ? null : answer.error.message);
          if (answer.ok) showToast('ok', 'Policies set', 'They hold from the next risk report on.');
        }}
      >
        Set policies
      </Button>
    </form>
  );
}
