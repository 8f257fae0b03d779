/** Which parts of the side bar are folded. Kept in this browser. */
import { useState } from 'react';

const prefix = 'nightshift.folded.';

export function useFolded(key: string, initially = false): [folded: boolean, setFolded: (folded: boolean) => void] {
  const [folded, setFolded] = useState(() => {
    const kept = localStorage.getItem(prefix + key);
    return kept === null ? initially : kept === '1';
  });
  return [
    folded,
    (next) => {
      setFolded(next);
      if (next === initially) localStorage.removeItem(prefix + key);
      else localStorage.setItem(prefix + key, next ? '1' : '0');
    },
  ];
}
