import { type IJsonModel, Model, TabNode } from 'flexlayout-react';
import { call } from '#renderer/state/bridge.ts';
import type { WorkspaceId } from '#renderer/state/shell.ts';
import { showFault } from '#renderer/ui/toasts.ts';
import { defaultLayout, layoutSetting, panelsOf } from './layouts.ts';

/** Panels that a model shows. */
function panelsIn(model: Model): ReadonlySet<string> {
  const found = new Set<string>();
  model.visitNodes((node) => {
    if (node instanceof TabNode) found.add(node.getId());
  });
  return found;
}

/** A saved layout as a model; null when it is damaged or lacks a panel that the workspace has gained since. */
function parseLayout(text: string, workspace: WorkspaceId): Model | null {
  try {
    const model = Model.fromJson(JSON.parse(text) as IJsonModel);
    const shown = panelsIn(model);
    return panelsOf(workspace).every((id) => shown.has(id)) ? model : null;
  } catch {
    // A layout that cannot be read is replaced by the default one; nothing else depends on it.
    return null;
  }
}

export async function loadLayout(workspace: WorkspaceId, narrow: boolean): Promise<Model> {
  const answer = await call('settings.load', { name: layoutSetting(workspace, narrow) });
  const saved = answer.ok && answer.value !== null ? parseLayout(answer.value, workspace) : null;
  return saved ?? Model.fromJson(defaultLayout(workspace, narrow));
}

const SAVE_AFTER_MS = 500;
let timer: ReturnType<typeof setTimeout> | undefined;

/** Saves the layout once it has been left alone for a moment. */
export function saveLayout(workspace: WorkspaceId, narrow: boolean, model: Model): void {
  clearTimeout(timer);
  timer = setTimeout(async () => {
    const value = JSON.stringify(model.toJson());
    const answer = await call('settings.save', { name: layoutSetting(workspace, narrow), value });
    if (!answer.ok) showFault('The layout was not saved', answer.error);
  }, SAVE_AFTER_MS);
}
