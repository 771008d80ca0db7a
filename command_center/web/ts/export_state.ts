// What the relay says of an export (`schemas/exports.py`).

export interface Gap {
  first: number;
  last: number;
  start_wall_ms: number | null;
  end_wall_ms: number | null;
}

export interface ClipFacts {
  start_wall_ms: number;
  end_wall_ms: number;
  gaps: Gap[];
  missing: number;
  closed: number;
}

export interface FilmFacts {
  name: string;
  facts: ClipFacts | null;
  problem: { code: string } | null;
}

export interface ExportState {
  export: string;
  stage: "waiting" | "working" | "made" | "failed";
  done: number;
  total: number;
  size: number;
  films: FilmFacts[];
  problem: { code: string } | null;
}
