import { safeStorage } from 'electron';
import { type SystemKeychain, safeStorageKeychain } from '#main/keys/keychain.ts';

/** The system's keychain through Electron. Only Linux has several; elsewhere there is one, which the system guards. */
export function systemKeychain(): SystemKeychain {
  return safeStorageKeychain({
    isAvailable: () => safeStorage.isEncryptionAvailable(),
    backend: () => (process.platform === 'linux' ? safeStorage.getSelectedStorageBackend() : null),
    seal: async (text) => safeStorage.encryptString(text),
    open: async (sealed) => safeStorage.decryptString(sealed),
  });
}
