"""How the database came to be: one entry per schema version, never changed once released."""

from __future__ import annotations

MIGRATIONS: tuple[tuple[str, ...], ...] = (
    (
        """CREATE TABLE users (
            user_id INTEGER PRIMARY KEY AUTOINCREMENT,
            username TEXT NOT NULL UNIQUE,
            email TEXT,
            avatar TEXT,
            bio TEXT,
            website TEXT,
            joined TEXT NOT NULL,
            tier TEXT NOT NULL,
            max_free INTEGER NOT NULL,
            bonus_day TEXT NOT NULL
        )""",
        """CREATE TABLE api_keys (
            key_id INTEGER PRIMARY KEY AUTOINCREMENT,
            user_id INTEGER NOT NULL REFERENCES users,
            name TEXT NOT NULL,
            prefix TEXT NOT NULL,
            digest TEXT NOT NULL UNIQUE,
            scopes TEXT NOT NULL,
            created_at TEXT NOT NULL,
            revoked_at TEXT
        )""",
        "CREATE INDEX api_keys_by_user ON api_keys (user_id)",
        """CREATE TABLE transactions (
            transaction_id INTEGER PRIMARY KEY AUTOINCREMENT,
            user_id INTEGER NOT NULL REFERENCES users,
            type TEXT NOT NULL,
            amount INTEGER NOT NULL,
            balance_after INTEGER NOT NULL CHECK (balance_after >= 0),
            description TEXT NOT NULL,
            created_at TEXT NOT NULL
        )""",
        "CREATE INDEX transactions_by_user ON transactions (user_id, transaction_id)",
        """CREATE TABLE postings (
            posting_id INTEGER PRIMARY KEY AUTOINCREMENT,
            transaction_id INTEGER NOT NULL REFERENCES transactions,
            account TEXT NOT NULL,
            amount INTEGER NOT NULL
        )""",
        "CREATE INDEX postings_by_account ON postings (account, amount)",
        "CREATE INDEX postings_by_transaction ON postings (transaction_id)",
        """CREATE TABLE generations (
            generation_id INTEGER PRIMARY KEY AUTOINCREMENT,
            user_id INTEGER NOT NULL REFERENCES users,
            generator TEXT NOT NULL,
            model_id INTEGER NOT NULL,
            count INTEGER NOT NULL,
            body_digest TEXT NOT NULL,
            state TEXT NOT NULL CHECK (state IN ('pending', 'done', 'failed')),
            owner TEXT NOT NULL,
            spend_id INTEGER REFERENCES transactions,
            seconds REAL,
            created_at TEXT NOT NULL
        )""",
        "CREATE INDEX generations_by_body ON generations (user_id, body_digest)",
        "CREATE INDEX generations_by_model ON generations (generator, model_id, state)",
        "CREATE INDEX generations_pending ON generations (owner) WHERE state = 'pending'",
        """CREATE TABLE creations (
            creation_id INTEGER PRIMARY KEY AUTOINCREMENT,
            generation_id INTEGER NOT NULL REFERENCES generations,
            user_id INTEGER NOT NULL REFERENCES users,
            generator TEXT NOT NULL,
            model_id INTEGER NOT NULL,
            prompt TEXT NOT NULL,
            created_at TEXT NOT NULL,
            privacy_mode INTEGER NOT NULL,
            license INTEGER NOT NULL,
            type TEXT NOT NULL,
            status TEXT NOT NULL,
            text TEXT,
            generator_data TEXT,
            deleted_at TEXT
        )""",
        "CREATE INDEX creations_by_user ON creations (user_id, creation_id)",
        "CREATE INDEX creations_by_generator ON creations (generator, creation_id)",
        "CREATE INDEX creations_by_generation ON creations (generation_id)",
        """CREATE TABLE assets (
            asset_id INTEGER PRIMARY KEY AUTOINCREMENT,
            creation_id INTEGER NOT NULL REFERENCES creations,
            folder TEXT NOT NULL,
            name TEXT NOT NULL,
            digest TEXT NOT NULL,
            mime TEXT NOT NULL,
            size INTEGER NOT NULL,
            width INTEGER,
            height INTEGER,
            UNIQUE (folder, name)
        )""",
        "CREATE INDEX assets_by_creation ON assets (creation_id)",
    ),
    (
        "ALTER TABLE api_keys ADD COLUMN last_used_at TEXT",
        """CREATE TABLE teams (
            team_id INTEGER PRIMARY KEY AUTOINCREMENT,
            name TEXT NOT NULL,
            owner_id INTEGER NOT NULL REFERENCES users,
            invite_code TEXT UNIQUE,
            created_at TEXT NOT NULL,
            deleted_at TEXT
        )""",
        """CREATE TABLE team_members (
            member_id INTEGER PRIMARY KEY AUTOINCREMENT,
            team_id INTEGER NOT NULL REFERENCES teams,
            user_id INTEGER NOT NULL REFERENCES users,
            joined TEXT NOT NULL,
            UNIQUE (team_id, user_id)
        )""",
        "CREATE INDEX team_members_by_user ON team_members (user_id)",
        "ALTER TABLE creations ADD COLUMN team_id INTEGER REFERENCES teams",
        "CREATE INDEX creations_by_team ON creations (team_id, creation_id) WHERE team_id IS NOT NULL",
        """CREATE TABLE comments (
            comment_id INTEGER PRIMARY KEY AUTOINCREMENT,
            creation_id INTEGER NOT NULL REFERENCES creations,
            user_id INTEGER NOT NULL REFERENCES users,
            parent_id INTEGER REFERENCES comments,
            text TEXT,
            created_at TEXT NOT NULL
        )""",
        "CREATE INDEX comments_by_creation ON comments (creation_id, comment_id)",
        """CREATE TABLE comment_votes (
            comment_id INTEGER NOT NULL REFERENCES comments,
            user_id INTEGER NOT NULL REFERENCES users,
            vote TEXT NOT NULL CHECK (vote IN ('up', 'down')),
            PRIMARY KEY (comment_id, user_id)
        ) WITHOUT ROWID""",
        """CREATE TABLE ratings (
            creation_id INTEGER NOT NULL REFERENCES creations,
            user_id INTEGER NOT NULL REFERENCES users,
            score INTEGER NOT NULL CHECK (score BETWEEN 1 AND 5),
            PRIMARY KEY (creation_id, user_id)
        ) WITHOUT ROWID""",
        """CREATE TABLE follows (
            follow_id INTEGER PRIMARY KEY AUTOINCREMENT,
            follower_id INTEGER NOT NULL REFERENCES users,
            followed_id INTEGER NOT NULL REFERENCES users,
            created_at TEXT NOT NULL,
            UNIQUE (follower_id, followed_id)
        )""",
        "CREATE INDEX follows_by_followed ON follows (followed_id, follow_id)",
    ),
    (
        "ALTER TABLE transactions ADD COLUMN purse TEXT NOT NULL DEFAULT 'generor'",
        """CREATE TABLE provider_accounts (
            provider TEXT NOT NULL,
            user_id INTEGER NOT NULL REFERENCES users,
            plan TEXT NOT NULL,
            filled_on TEXT NOT NULL,
            PRIMARY KEY (provider, user_id)
        ) WITHOUT ROWID""",
        """CREATE TABLE provider_keys (
            key_id INTEGER PRIMARY KEY AUTOINCREMENT,
            provider TEXT NOT NULL,
            user_id INTEGER NOT NULL REFERENCES users,
            kind TEXT NOT NULL CHECK (kind IN ('key', 'session')),
            name TEXT NOT NULL,
            digest TEXT NOT NULL UNIQUE,
            created_at TEXT NOT NULL,
            revoked_at TEXT
        )""",
        """CREATE TABLE provider_jobs (
            job_id INTEGER PRIMARY KEY AUTOINCREMENT,
            provider TEXT NOT NULL,
            user_id INTEGER NOT NULL REFERENCES users,
            public_id TEXT NOT NULL UNIQUE,
            kind TEXT NOT NULL,
            state TEXT NOT NULL CHECK (state IN ('queued', 'running', 'succeeded', 'failed', 'blocked')),
            body TEXT NOT NULL,
            body_digest TEXT NOT NULL,
            idempotency_key TEXT,
            origin TEXT NOT NULL,
            owner TEXT NOT NULL,
            cost INTEGER NOT NULL,
            spend_id INTEGER REFERENCES transactions,
            error TEXT,
            created_at REAL NOT NULL,
            completed_at REAL,
            UNIQUE (provider, user_id, idempotency_key)
        )""",
        "CREATE INDEX provider_jobs_by_body ON provider_jobs (provider, user_id, body_digest)",
        "CREATE INDEX provider_jobs_open ON provider_jobs (owner) WHERE state IN ('queued', 'running')",
        """CREATE TABLE provider_outputs (
            output_id INTEGER PRIMARY KEY AUTOINCREMENT,
            job_id INTEGER NOT NULL REFERENCES provider_jobs,
            place INTEGER NOT NULL,
            part TEXT NOT NULL,
            name TEXT NOT NULL UNIQUE,
            digest TEXT,
            mime TEXT NOT NULL,
            width INTEGER NOT NULL,
            height INTEGER NOT NULL,
            note TEXT
        )""",
        "CREATE INDEX provider_outputs_by_job ON provider_outputs (job_id, output_id)",
        """CREATE TABLE provider_uploads (
            upload_id INTEGER PRIMARY KEY AUTOINCREMENT,
            user_id INTEGER NOT NULL REFERENCES users,
            name TEXT NOT NULL UNIQUE,
            mime TEXT NOT NULL,
            size INTEGER NOT NULL,
            token_digest TEXT NOT NULL,
            expires_at REAL NOT NULL,
            digest TEXT
        )""",
        """CREATE TABLE webhooks (
            webhook_id INTEGER PRIMARY KEY AUTOINCREMENT,
            user_id INTEGER NOT NULL REFERENCES users,
            public_id TEXT NOT NULL UNIQUE,
            url TEXT NOT NULL,
            events TEXT NOT NULL,
            label TEXT,
            secret TEXT NOT NULL,
            failures INTEGER NOT NULL,
            created_at REAL NOT NULL,
            disabled_at REAL
        )""",
        "CREATE INDEX webhooks_by_user ON webhooks (user_id)",
        """CREATE TABLE deliveries (
            delivery_id INTEGER PRIMARY KEY AUTOINCREMENT,
            webhook_id INTEGER NOT NULL REFERENCES webhooks,
            public_id TEXT NOT NULL UNIQUE,
            event TEXT NOT NULL,
            body TEXT NOT NULL,
            attempts INTEGER NOT NULL,
            due_at REAL,
            delivered_at REAL
        )""",
        "CREATE INDEX deliveries_due ON deliveries (due_at) WHERE due_at IS NOT NULL",
    ),
)
