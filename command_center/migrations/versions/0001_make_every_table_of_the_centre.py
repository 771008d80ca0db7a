"""Make every table of the centre"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from command_center.platform.append_only import protect, unprotect

revision = "0001"
down_revision = None
branch_labels = None
depends_on = None

APPEND_ONLY = (
    "access_view",
    "archived_part",
    "disclosure_document",
    "enforcement_log",
    "event_log",
    "field_record",
    "footage_finding",
    "ledger_entry",
    "ledger_head",
    "ledger_leaf",
    "ledger_node",
    "operation_step",
)


def upgrade() -> None:
    op.create_table(
        "access_view",
        sa.Column(
            "seq",
            sa.BigInteger().with_variant(sa.Integer(), "sqlite"),
            autoincrement=True,
            nullable=False,
        ),
        sa.Column("principal", sa.String(length=36), nullable=False),
        sa.Column("role", sa.String(length=40), nullable=False),
        sa.Column("what", sa.String(length=40), nullable=False),
        sa.Column("subject", sa.String(length=400), nullable=False),
        sa.Column("case", sa.String(length=36), nullable=True),
        sa.Column("at_ms", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("seq", name=op.f("pk_access_view")),
    )
    op.create_index(op.f("ix_access_view_case"), "access_view", ["case"], unique=False)

    op.create_table(
        "archived_part",
        sa.Column("part", sa.String(length=36), nullable=False),
        sa.Column("recording", sa.String(length=36), nullable=False),
        sa.Column("part_sha256", sa.String(length=64), nullable=False),
        sa.Column("statement", sa.LargeBinary(), nullable=False),
        sa.Column("statement_sha256", sa.String(length=64), nullable=False),
        sa.Column("at_ms", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("part", name=op.f("pk_archived_part")),
    )
    op.create_index(
        op.f("ix_archived_part_recording"), "archived_part", ["recording"], unique=False
    )

    op.create_table(
        "case",
        sa.Column("id", sa.String(length=36), nullable=False),
        sa.Column("number", sa.String(length=400), nullable=False),
        sa.Column("number_raw", sa.String(length=400), nullable=False),
        sa.Column("kind", sa.String(length=40), nullable=False),
        sa.Column("state", sa.String(length=40), nullable=False),
        sa.Column("cause", sa.String(length=400), nullable=False),
        sa.Column("basis", sa.String(length=400), nullable=False),
        sa.Column("amount_fen", sa.BigInteger(), nullable=False),
        sa.Column("filed_ms", sa.BigInteger(), nullable=False),
        sa.Column("major", sa.Boolean(), nullable=False),
        sa.Column("created_ms", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_case")),
        sa.UniqueConstraint("number", name=op.f("uq_case_number")),
    )
    op.create_table(
        "contact_nonce",
        sa.Column("device", sa.String(length=36), nullable=False),
        sa.Column("nonce", sa.String(length=64), nullable=False),
        sa.Column("at_ms", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("device", "nonce", name=op.f("pk_contact_nonce")),
    )
    op.create_index("ix_contact_nonce_at_ms", "contact_nonce", ["at_ms"], unique=False)

    op.create_table(
        "disclosure_cursor",
        sa.Column("name", sa.String(length=40), nullable=False),
        sa.Column("since", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("name", name=op.f("pk_disclosure_cursor")),
    )
    op.create_table(
        "disclosure_document",
        sa.Column("document", sa.String(length=36), nullable=False),
        sa.Column("grant", sa.String(length=36), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("as_of_ms", sa.BigInteger(), nullable=False),
        sa.Column("content_sha256", sa.String(length=64), nullable=False),
        sa.Column("envelope", sa.LargeBinary(), nullable=False),
        sa.PrimaryKeyConstraint("document", name=op.f("pk_disclosure_document")),
        sa.UniqueConstraint("grant", "version", name=op.f("uq_disclosure_document_grant_version")),
    )
    op.create_index(
        op.f("ix_disclosure_document_grant"), "disclosure_document", ["grant"], unique=False
    )

    op.create_table(
        "event_log",
        sa.Column(
            "seq",
            sa.BigInteger().with_variant(sa.Integer(), "sqlite"),
            autoincrement=True,
            nullable=False,
        ),
        sa.Column("tx", sa.BigInteger(), nullable=False),
        sa.Column("at_ms", sa.BigInteger(), nullable=False),
        sa.Column("type", sa.String(length=40), nullable=False),
        sa.Column("case", sa.String(length=36), nullable=True),
        sa.Column("operation", sa.String(length=36), nullable=True),
        sa.Column("device", sa.String(length=36), nullable=True),
        sa.Column("subject", sa.String(length=400), nullable=True),
        sa.Column("text_zh", sa.Text(), nullable=False),
        sa.Column("text_en", sa.Text(), nullable=False),
        sa.Column("level", sa.String(length=40), nullable=False),
        sa.Column("permission", sa.String(length=40), nullable=False),
        sa.PrimaryKeyConstraint("seq", name=op.f("pk_event_log")),
    )
    op.create_index(op.f("ix_event_log_tx"), "event_log", ["tx"], unique=False)

    op.create_table(
        "field_record",
        sa.Column("record", sa.String(length=36), nullable=False),
        sa.Column("device", sa.String(length=36), nullable=False),
        sa.Column("officer", sa.String(length=36), nullable=False),
        sa.Column("operation", sa.String(length=36), nullable=False),
        sa.Column("case", sa.String(length=36), nullable=False),
        sa.Column("kind", sa.String(length=40), nullable=False),
        sa.Column("payload_sha256", sa.String(length=64), nullable=False),
        sa.Column("envelope", sa.LargeBinary(), nullable=False),
        sa.Column("receipt", sa.LargeBinary(), nullable=False),
        sa.Column("quarantined", sa.Boolean(), nullable=False),
        sa.Column("recorded_ms", sa.BigInteger(), nullable=False),
        sa.Column("received_ms", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("record", name=op.f("pk_field_record")),
    )
    op.create_index(op.f("ix_field_record_case"), "field_record", ["case"], unique=False)
    op.create_index(op.f("ix_field_record_device"), "field_record", ["device"], unique=False)
    op.create_index(op.f("ix_field_record_operation"), "field_record", ["operation"], unique=False)

    op.create_table(
        "footage_finding",
        sa.Column(
            "seq",
            sa.BigInteger().with_variant(sa.Integer(), "sqlite"),
            autoincrement=True,
            nullable=False,
        ),
        sa.Column("recording", sa.String(length=36), nullable=False),
        sa.Column("rendition", sa.Integer(), nullable=False),
        sa.Column("number", sa.BigInteger(), nullable=False),
        sa.Column("code", sa.String(length=40), nullable=False),
        sa.Column("held_sha256", sa.String(length=64), nullable=False),
        sa.Column("other_sha256", sa.String(length=64), nullable=False),
        sa.Column("at_ms", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("seq", name=op.f("pk_footage_finding")),
        sa.UniqueConstraint(
            "recording",
            "rendition",
            "number",
            "code",
            "other_sha256",
            name=op.f("uq_footage_finding_recording_rendition_number_code_other_sha256"),
        ),
    )
    op.create_index("ix_footage_finding_recording", "footage_finding", ["recording"], unique=False)

    op.create_table(
        "ledger_entry",
        sa.Column("entry", sa.String(length=36), nullable=False),
        sa.Column("at_ms", sa.BigInteger(), nullable=False),
        sa.Column("tag", sa.String(length=400), nullable=False),
        sa.Column("actor", sa.String(length=400), nullable=False),
        sa.Column("subject", sa.String(length=400), nullable=False),
        sa.Column("digest", sa.String(length=64), nullable=False),
        sa.Column("raw", sa.LargeBinary(), nullable=False),
        sa.PrimaryKeyConstraint("entry", name=op.f("pk_ledger_entry")),
    )
    op.create_index(op.f("ix_ledger_entry_subject"), "ledger_entry", ["subject"], unique=False)
    op.create_index(op.f("ix_ledger_entry_tag"), "ledger_entry", ["tag"], unique=False)

    op.create_table(
        "ledger_head",
        sa.Column("size", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("at_ms", sa.BigInteger(), nullable=False),
        sa.Column("envelope", sa.LargeBinary(), nullable=False),
        sa.PrimaryKeyConstraint("size", name=op.f("pk_ledger_head")),
    )
    op.create_table(
        "ledger_leaf",
        sa.Column("index", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("entry", sa.String(length=36), nullable=False),
        sa.PrimaryKeyConstraint("index", name=op.f("pk_ledger_leaf")),
        sa.UniqueConstraint("entry", name=op.f("uq_ledger_leaf_entry")),
    )
    op.create_table(
        "ledger_node",
        sa.Column("level", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("position", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("hash", sa.LargeBinary(), nullable=False),
        sa.PrimaryKeyConstraint("level", "position", name=op.f("pk_ledger_node")),
    )
    op.create_table(
        "ledger_pending",
        sa.Column(
            "seq",
            sa.BigInteger().with_variant(sa.Integer(), "sqlite"),
            autoincrement=True,
            nullable=False,
        ),
        sa.Column("entry", sa.String(length=36), nullable=False),
        sa.PrimaryKeyConstraint("seq", name=op.f("pk_ledger_pending")),
        sa.UniqueConstraint("entry", name=op.f("uq_ledger_pending_entry")),
    )
    op.create_table(
        "notice_receipt",
        sa.Column(
            "receipt",
            sa.BigInteger().with_variant(sa.Integer(), "sqlite"),
            autoincrement=True,
            nullable=False,
        ),
        sa.Column("provider", sa.String(length=40), nullable=False),
        sa.Column("message_id", sa.String(length=400), nullable=False),
        sa.Column("code", sa.String(length=400), nullable=False),
        sa.Column("state", sa.String(length=40), nullable=False),
        sa.Column("at_ms", sa.BigInteger(), nullable=True),
        sa.Column("first_ms", sa.BigInteger(), nullable=False),
        sa.Column("last_ms", sa.BigInteger(), nullable=False),
        sa.Column("times", sa.Integer(), nullable=False),
        sa.Column("attempt", sa.String(length=36), nullable=True),
        sa.PrimaryKeyConstraint("receipt", name=op.f("pk_notice_receipt")),
        sa.UniqueConstraint(
            "provider",
            "message_id",
            "code",
            name=op.f("uq_notice_receipt_provider_message_id_code"),
        ),
    )
    op.create_index(op.f("ix_notice_receipt_attempt"), "notice_receipt", ["attempt"], unique=False)

    op.create_table(
        "outbox",
        sa.Column(
            "id",
            sa.BigInteger().with_variant(sa.Integer(), "sqlite"),
            autoincrement=True,
            nullable=False,
        ),
        sa.Column("kind", sa.String(length=40), nullable=False),
        sa.Column("key", sa.String(length=400), nullable=False),
        sa.Column("payload", sa.LargeBinary(), nullable=False),
        sa.Column("state", sa.String(length=40), nullable=False),
        sa.Column("created_ms", sa.BigInteger(), nullable=False),
        sa.Column("due_ms", sa.BigInteger(), nullable=False),
        sa.Column("attempts", sa.Integer(), nullable=False),
        sa.Column("leased_until_ms", sa.BigInteger(), nullable=False),
        sa.Column("lease", sa.String(length=40), nullable=False),
        sa.Column("error", sa.String(length=400), nullable=False),
        sa.Column("ended_ms", sa.BigInteger(), nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_outbox")),
        sa.UniqueConstraint("kind", "key", name=op.f("uq_outbox_kind_key")),
    )
    op.create_index("ix_outbox_state_due_ms", "outbox", ["state", "due_ms"], unique=False)

    op.create_table(
        "recording",
        sa.Column("id", sa.String(length=36), nullable=False),
        sa.Column("relay", sa.String(length=40), nullable=False),
        sa.Column("device", sa.String(length=36), nullable=False),
        sa.Column("officer", sa.String(length=36), nullable=False),
        sa.Column("operation", sa.String(length=36), nullable=True),
        sa.Column("counter", sa.BigInteger(), nullable=False),
        sa.Column("source", sa.String(length=40), nullable=False),
        sa.Column("opened_wall_ms", sa.BigInteger(), nullable=False),
        sa.Column("learnt_ms", sa.BigInteger(), nullable=False),
        sa.Column("opening", sa.LargeBinary(), nullable=False),
        sa.Column("opening_sha256", sa.String(length=64), nullable=False),
        sa.Column("quarantined", sa.Boolean(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_recording")),
    )
    op.create_index(op.f("ix_recording_device"), "recording", ["device"], unique=False)
    op.create_index(
        op.f("ix_recording_opened_wall_ms"), "recording", ["opened_wall_ms"], unique=False
    )
    op.create_index(op.f("ix_recording_operation"), "recording", ["operation"], unique=False)

    op.create_table(
        "recording_rendition",
        sa.Column("recording", sa.String(length=36), nullable=False),
        sa.Column("rendition", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("received", sa.Text(), nullable=False),
        sa.Column("archived", sa.Text(), nullable=False),
        sa.Column("unsigned", sa.Text(), nullable=False),
        sa.Column("bytes", sa.BigInteger(), nullable=False),
        sa.Column("first_wall_ms", sa.BigInteger(), nullable=True),
        sa.Column("last_wall_ms", sa.BigInteger(), nullable=True),
        sa.Column("ended", sa.Boolean(), nullable=False),
        sa.Column("last", sa.BigInteger(), nullable=True),
        sa.Column("head", sa.LargeBinary(), nullable=True),
        sa.PrimaryKeyConstraint("recording", "rendition", name=op.f("pk_recording_rendition")),
    )
    op.create_table(
        "recording_span",
        sa.Column(
            "seq",
            sa.BigInteger().with_variant(sa.Integer(), "sqlite"),
            autoincrement=True,
            nullable=False,
        ),
        sa.Column("recording", sa.String(length=36), nullable=False),
        sa.Column("rendition", sa.Integer(), nullable=False),
        sa.Column("first", sa.BigInteger(), nullable=False),
        sa.Column("last", sa.BigInteger(), nullable=False),
        sa.Column("start_wall_ms", sa.BigInteger(), nullable=False),
        sa.Column("end_wall_ms", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("seq", name=op.f("pk_recording_span")),
        sa.UniqueConstraint(
            "recording",
            "rendition",
            "first",
            "last",
            name=op.f("uq_recording_span_recording_rendition_first_last"),
        ),
    )
    op.create_table(
        "relay_cursor",
        sa.Column("relay", sa.String(length=40), nullable=False),
        sa.Column("epoch", sa.String(length=40), nullable=False),
        sa.Column("seq", sa.BigInteger(), nullable=False),
        sa.Column("read_ms", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("relay", name=op.f("pk_relay_cursor")),
    )
    op.create_table(
        "relay_order",
        sa.Column("id", sa.String(length=36), nullable=False),
        sa.Column("kind", sa.String(length=40), nullable=False),
        sa.Column("subject", sa.String(length=400), nullable=False),
        sa.Column("reason", sa.String(length=400), nullable=False),
        sa.Column("envelope", sa.LargeBinary(), nullable=False),
        sa.Column("made_ms", sa.BigInteger(), nullable=False),
        sa.Column("outcome", sa.String(length=40), nullable=False),
        sa.Column("applied_ms", sa.BigInteger(), nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_relay_order")),
    )
    op.create_table(
        "sign_in_failure",
        sa.Column(
            "seq",
            sa.BigInteger().with_variant(sa.Integer(), "sqlite"),
            autoincrement=True,
            nullable=False,
        ),
        sa.Column("subject", sa.String(length=400), nullable=False),
        sa.Column("at_ms", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("seq", name=op.f("pk_sign_in_failure")),
    )
    op.create_index(
        "ix_sign_in_failure_subject_at_ms", "sign_in_failure", ["subject", "at_ms"], unique=False
    )

    op.create_table(
        "simulated_sms",
        sa.Column("key", sa.String(length=36), nullable=False),
        sa.Column("number", sa.LargeBinary(), nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("submitted_ms", sa.BigInteger(), nullable=False),
        sa.Column("submissions", sa.Integer(), nullable=False),
        sa.Column("receipt_due_ms", sa.BigInteger(), nullable=False),
        sa.Column("receipt_code", sa.String(length=40), nullable=False),
        sa.Column("receipt_sent_ms", sa.BigInteger(), nullable=True),
        sa.PrimaryKeyConstraint("key", name=op.f("pk_simulated_sms")),
    )
    op.create_index(
        op.f("ix_simulated_sms_receipt_due_ms"), "simulated_sms", ["receipt_due_ms"], unique=False
    )

    op.create_table(
        "staff",
        sa.Column("id", sa.String(length=36), nullable=False),
        sa.Column("number", sa.String(length=40), nullable=False),
        sa.Column("name", sa.String(length=400), nullable=False),
        sa.Column("role", sa.String(length=40), nullable=False),
        sa.Column("phone", sa.String(length=40), nullable=False),
        sa.Column("password_hash", sa.String(length=400), nullable=False),
        sa.Column("must_change", sa.Boolean(), nullable=False),
        sa.Column("active", sa.Boolean(), nullable=False),
        sa.Column("created_ms", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_staff")),
        sa.UniqueConstraint("number", name=op.f("uq_staff_number")),
    )
    op.create_table(
        "stored_exhibit",
        sa.Column("sha256", sa.String(length=64), nullable=False),
        sa.Column("size", sa.BigInteger(), nullable=False),
        sa.Column("device", sa.String(length=36), nullable=False),
        sa.Column("stored_ms", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("sha256", name=op.f("pk_stored_exhibit")),
    )
    op.create_table(
        "case_officer",
        sa.Column("id", sa.String(length=36), nullable=False),
        sa.Column("case", sa.String(length=36), nullable=False),
        sa.Column("staff", sa.String(length=36), nullable=False),
        sa.Column("role", sa.String(length=40), nullable=False),
        sa.Column("since_ms", sa.BigInteger(), nullable=False),
        sa.Column("until_ms", sa.BigInteger(), nullable=True),
        sa.ForeignKeyConstraint(["case"], ["case.id"], name=op.f("fk_case_officer_case_case")),
        sa.ForeignKeyConstraint(["staff"], ["staff.id"], name=op.f("fk_case_officer_staff_staff")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_case_officer")),
        sa.UniqueConstraint("case", "staff", "role", name=op.f("uq_case_officer_case_staff_role")),
    )
    op.create_index(op.f("ix_case_officer_case"), "case_officer", ["case"], unique=False)

    op.create_table(
        "device",
        sa.Column("id", sa.String(length=36), nullable=False),
        sa.Column("name", sa.String(length=400), nullable=False),
        sa.Column("key", sa.String(length=64), nullable=False),
        sa.Column("alg", sa.String(length=40), nullable=False),
        sa.Column("public", sa.LargeBinary(), nullable=False),
        sa.Column("protection", sa.String(length=40), nullable=False),
        sa.Column("app", sa.String(length=400), nullable=False),
        sa.Column("officer", sa.String(length=36), nullable=False),
        sa.Column("certificate", sa.LargeBinary(), nullable=False),
        sa.Column("enrolled_ms", sa.BigInteger(), nullable=False),
        sa.Column("last_contact_ms", sa.BigInteger(), nullable=True),
        sa.Column("last_counter", sa.BigInteger(), nullable=False),
        sa.Column("revoked_ms", sa.BigInteger(), nullable=True),
        sa.Column("revocation", sa.LargeBinary(), nullable=True),
        sa.Column("connected", sa.Boolean(), nullable=False),
        sa.Column("connected_ms", sa.BigInteger(), nullable=True),
        sa.ForeignKeyConstraint(["officer"], ["staff.id"], name=op.f("fk_device_officer_staff")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_device")),
        sa.UniqueConstraint("key", name=op.f("uq_device_key")),
    )
    op.create_index(op.f("ix_device_officer"), "device", ["officer"], unique=False)

    op.create_table(
        "enforcement_log",
        sa.Column(
            "seq",
            sa.BigInteger().with_variant(sa.Integer(), "sqlite"),
            autoincrement=True,
            nullable=False,
        ),
        sa.Column("case", sa.String(length=36), nullable=False),
        sa.Column("operation", sa.String(length=36), nullable=True),
        sa.Column("at_ms", sa.BigInteger(), nullable=False),
        sa.Column("recorded_ms", sa.BigInteger(), nullable=False),
        sa.Column("act", sa.String(length=40), nullable=False),
        sa.Column("officers", sa.String(length=400), nullable=False),
        sa.Column("place", sa.String(length=400), nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("subject", sa.String(length=400), nullable=True),
        sa.Column("recording", sa.String(length=36), nullable=True),
        sa.ForeignKeyConstraint(["case"], ["case.id"], name=op.f("fk_enforcement_log_case_case")),
        sa.PrimaryKeyConstraint("seq", name=op.f("pk_enforcement_log")),
    )
    op.create_index(op.f("ix_enforcement_log_case"), "enforcement_log", ["case"], unique=False)

    op.create_table(
        "enrolment_code",
        sa.Column("code_hash", sa.String(length=64), nullable=False),
        sa.Column("officer", sa.String(length=36), nullable=False),
        sa.Column("made_by", sa.String(length=36), nullable=False),
        sa.Column("made_ms", sa.BigInteger(), nullable=False),
        sa.Column("good_until_ms", sa.BigInteger(), nullable=False),
        sa.Column("used_ms", sa.BigInteger(), nullable=True),
        sa.Column("device", sa.String(length=36), nullable=True),
        sa.ForeignKeyConstraint(
            ["officer"], ["staff.id"], name=op.f("fk_enrolment_code_officer_staff")
        ),
        sa.PrimaryKeyConstraint("code_hash", name=op.f("pk_enrolment_code")),
    )
    op.create_table(
        "measure_exhibit",
        sa.Column("record", sa.String(length=36), nullable=False),
        sa.Column("sha256", sa.String(length=64), nullable=False),
        sa.Column("size", sa.BigInteger(), nullable=False),
        sa.Column("media_type", sa.String(length=400), nullable=False),
        sa.Column("kind", sa.String(length=40), nullable=False),
        sa.Column("stored_ms", sa.BigInteger(), nullable=True),
        sa.Column("alarmed_ms", sa.BigInteger(), nullable=True),
        sa.ForeignKeyConstraint(
            ["record"], ["field_record.record"], name=op.f("fk_measure_exhibit_record_field_record")
        ),
        sa.PrimaryKeyConstraint("record", "sha256", name=op.f("pk_measure_exhibit")),
    )
    op.create_index(op.f("ix_measure_exhibit_sha256"), "measure_exhibit", ["sha256"], unique=False)

    op.create_table(
        "operation",
        sa.Column("id", sa.String(length=36), nullable=False),
        sa.Column("case", sa.String(length=36), nullable=False),
        sa.Column("title", sa.String(length=400), nullable=False),
        sa.Column("address", sa.String(length=400), nullable=False),
        sa.Column("planned_start_ms", sa.BigInteger(), nullable=False),
        sa.Column("state", sa.String(length=40), nullable=False),
        sa.Column("departed_ms", sa.BigInteger(), nullable=True),
        sa.Column("arrived_ms", sa.BigInteger(), nullable=True),
        sa.Column("acting_ms", sa.BigInteger(), nullable=True),
        sa.Column("withdrawn_ms", sa.BigInteger(), nullable=True),
        sa.Column("closed_ms", sa.BigInteger(), nullable=True),
        sa.Column("created_ms", sa.BigInteger(), nullable=False),
        sa.ForeignKeyConstraint(["case"], ["case.id"], name=op.f("fk_operation_case_case")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_operation")),
    )
    op.create_index(op.f("ix_operation_case"), "operation", ["case"], unique=False)
    op.create_index(
        op.f("ix_operation_planned_start_ms"), "operation", ["planned_start_ms"], unique=False
    )

    op.create_table(
        "party",
        sa.Column("id", sa.String(length=36), nullable=False),
        sa.Column("case", sa.String(length=36), nullable=False),
        sa.Column("role", sa.String(length=40), nullable=False),
        sa.Column("name", sa.String(length=400), nullable=False),
        sa.Column("is_person", sa.Boolean(), nullable=False),
        sa.Column("id_number", sa.LargeBinary(), nullable=True),
        sa.Column("id_index", sa.String(length=64), nullable=True),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("created_ms", sa.BigInteger(), nullable=False),
        sa.ForeignKeyConstraint(["case"], ["case.id"], name=op.f("fk_party_case_case")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_party")),
    )
    op.create_index(op.f("ix_party_case"), "party", ["case"], unique=False)
    op.create_index(op.f("ix_party_id_index"), "party", ["id_index"], unique=False)

    op.create_table(
        "staff_session",
        sa.Column("token_hash", sa.String(length=64), nullable=False),
        sa.Column("staff", sa.String(length=36), nullable=False),
        sa.Column("csrf", sa.String(length=64), nullable=False),
        sa.Column("opened_ms", sa.BigInteger(), nullable=False),
        sa.Column("seen_ms", sa.BigInteger(), nullable=False),
        sa.Column("ended_ms", sa.BigInteger(), nullable=True),
        sa.ForeignKeyConstraint(["staff"], ["staff.id"], name=op.f("fk_staff_session_staff_staff")),
        sa.PrimaryKeyConstraint("token_hash", name=op.f("pk_staff_session")),
    )
    op.create_index(op.f("ix_staff_session_staff"), "staff_session", ["staff"], unique=False)

    op.create_table(
        "contact",
        sa.Column("id", sa.String(length=36), nullable=False),
        sa.Column("party", sa.String(length=36), nullable=False),
        sa.Column("kind", sa.String(length=40), nullable=False),
        sa.Column("value", sa.LargeBinary(), nullable=False),
        sa.Column("value_index", sa.String(length=64), nullable=False),
        sa.Column("source", sa.String(length=40), nullable=False),
        sa.Column("confirmed_ms", sa.BigInteger(), nullable=True),
        sa.Column("ended_ms", sa.BigInteger(), nullable=True),
        sa.Column("created_ms", sa.BigInteger(), nullable=False),
        sa.ForeignKeyConstraint(["party"], ["party.id"], name=op.f("fk_contact_party_party")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_contact")),
    )
    op.create_index(op.f("ix_contact_party"), "contact", ["party"], unique=False)
    op.create_index(op.f("ix_contact_value_index"), "contact", ["value_index"], unique=False)

    op.create_table(
        "crew",
        sa.Column("id", sa.String(length=36), nullable=False),
        sa.Column("operation", sa.String(length=36), nullable=False),
        sa.Column("staff", sa.String(length=36), nullable=False),
        sa.Column("role", sa.String(length=40), nullable=False),
        sa.Column("presiding", sa.Boolean(), nullable=False),
        sa.ForeignKeyConstraint(
            ["operation"], ["operation.id"], name=op.f("fk_crew_operation_operation")
        ),
        sa.ForeignKeyConstraint(["staff"], ["staff.id"], name=op.f("fk_crew_staff_staff")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_crew")),
        sa.UniqueConstraint("operation", "staff", name=op.f("uq_crew_operation_staff")),
    )
    op.create_index(op.f("ix_crew_operation"), "crew", ["operation"], unique=False)
    op.create_index(op.f("ix_crew_staff"), "crew", ["staff"], unique=False)

    op.create_table(
        "device_session",
        sa.Column("token_hash", sa.String(length=64), nullable=False),
        sa.Column("device", sa.String(length=36), nullable=False),
        sa.Column("until_ms", sa.BigInteger(), nullable=False),
        sa.ForeignKeyConstraint(
            ["device"], ["device.id"], name=op.f("fk_device_session_device_device")
        ),
        sa.PrimaryKeyConstraint("token_hash", name=op.f("pk_device_session")),
    )
    op.create_index(op.f("ix_device_session_device"), "device_session", ["device"], unique=False)

    op.create_table(
        "disclosure_grant",
        sa.Column("grant", sa.String(length=36), nullable=False),
        sa.Column("case", sa.String(length=36), nullable=False),
        sa.Column("party", sa.String(length=36), nullable=False),
        sa.Column("account", sa.String(length=400), nullable=False),
        sa.Column("password_hash", sa.String(length=400), nullable=False),
        sa.Column("issued_ms", sa.BigInteger(), nullable=True),
        sa.Column("issued_by", sa.String(length=36), nullable=True),
        sa.Column("issue_number", sa.Integer(), nullable=False),
        sa.Column("revoked_ms", sa.BigInteger(), nullable=True),
        sa.Column("opens_ms", sa.BigInteger(), nullable=False),
        sa.Column("created_ms", sa.BigInteger(), nullable=False),
        sa.ForeignKeyConstraint(["case"], ["case.id"], name=op.f("fk_disclosure_grant_case_case")),
        sa.ForeignKeyConstraint(
            ["party"], ["party.id"], name=op.f("fk_disclosure_grant_party_party")
        ),
        sa.PrimaryKeyConstraint("grant", name=op.f("pk_disclosure_grant")),
        sa.UniqueConstraint("case", "party", name=op.f("uq_disclosure_grant_case_party")),
    )
    op.create_index(
        op.f("ix_disclosure_grant_account"), "disclosure_grant", ["account"], unique=False
    )
    op.create_index(op.f("ix_disclosure_grant_case"), "disclosure_grant", ["case"], unique=False)

    op.create_table(
        "measure",
        sa.Column("measure", sa.String(length=36), nullable=False),
        sa.Column("record", sa.String(length=36), nullable=True),
        sa.Column("kind", sa.String(length=40), nullable=False),
        sa.Column("property_kind", sa.String(length=40), nullable=False),
        sa.Column("state", sa.String(length=40), nullable=False),
        sa.Column("case", sa.String(length=36), nullable=False),
        sa.Column("operation", sa.String(length=36), nullable=True),
        sa.Column("device", sa.String(length=36), nullable=True),
        sa.Column("officer", sa.String(length=36), nullable=False),
        sa.Column("second_officer", sa.String(length=36), nullable=True),
        sa.Column("subject", sa.String(length=400), nullable=False),
        sa.Column("place", sa.String(length=400), nullable=False),
        sa.Column("custodian", sa.String(length=400), nullable=False),
        sa.Column("storage_place", sa.String(length=400), nullable=False),
        sa.Column("note", sa.Text(), nullable=False),
        sa.Column("value_fen", sa.BigInteger(), nullable=True),
        sa.Column("started_ms", sa.BigInteger(), nullable=False),
        sa.Column("executed_ms", sa.BigInteger(), nullable=False),
        sa.Column("received_ms", sa.BigInteger(), nullable=False),
        sa.Column("footage_recording", sa.String(length=36), nullable=True),
        sa.Column("footage_number", sa.BigInteger(), nullable=True),
        sa.Column("footage_wall_ms", sa.BigInteger(), nullable=True),
        sa.ForeignKeyConstraint(["case"], ["case.id"], name=op.f("fk_measure_case_case")),
        sa.ForeignKeyConstraint(
            ["operation"], ["operation.id"], name=op.f("fk_measure_operation_operation")
        ),
        sa.ForeignKeyConstraint(
            ["record"], ["field_record.record"], name=op.f("fk_measure_record_field_record")
        ),
        sa.PrimaryKeyConstraint("measure", name=op.f("pk_measure")),
    )
    op.create_index(op.f("ix_measure_case"), "measure", ["case"], unique=False)
    op.create_index(op.f("ix_measure_operation"), "measure", ["operation"], unique=False)
    op.create_index(op.f("ix_measure_state"), "measure", ["state"], unique=False)

    op.create_table(
        "notice",
        sa.Column("notice", sa.String(length=36), nullable=False),
        sa.Column("purpose", sa.String(length=40), nullable=False),
        sa.Column("node", sa.String(length=36), nullable=False),
        sa.Column("case", sa.String(length=36), nullable=False),
        sa.Column("party", sa.String(length=36), nullable=False),
        sa.Column("party_role", sa.String(length=40), nullable=False),
        sa.Column("channel", sa.String(length=40), nullable=False),
        sa.Column("contact", sa.String(length=36), nullable=True),
        sa.Column("confirmed", sa.Boolean(), nullable=False),
        sa.Column("template", sa.String(length=400), nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("text_sha256", sa.String(length=64), nullable=False),
        sa.Column("messages", sa.Integer(), nullable=False),
        sa.Column("state", sa.String(length=40), nullable=False),
        sa.Column("code", sa.String(length=400), nullable=False),
        sa.Column("created_ms", sa.BigInteger(), nullable=False),
        sa.Column("sent_ms", sa.BigInteger(), nullable=True),
        sa.Column("delivered_ms", sa.BigInteger(), nullable=True),
        sa.Column("read_ms", sa.BigInteger(), nullable=True),
        sa.Column("acked_ms", sa.BigInteger(), nullable=True),
        sa.Column("failed_ms", sa.BigInteger(), nullable=True),
        sa.Column("alarmed_ms", sa.BigInteger(), nullable=True),
        sa.ForeignKeyConstraint(["case"], ["case.id"], name=op.f("fk_notice_case_case")),
        sa.ForeignKeyConstraint(["party"], ["party.id"], name=op.f("fk_notice_party_party")),
        sa.PrimaryKeyConstraint("notice", name=op.f("pk_notice")),
        sa.UniqueConstraint(
            "node", "purpose", "party", "channel", name=op.f("uq_notice_node_purpose_party_channel")
        ),
    )
    op.create_index(op.f("ix_notice_case"), "notice", ["case"], unique=False)
    op.create_index(op.f("ix_notice_node"), "notice", ["node"], unique=False)
    op.create_index(op.f("ix_notice_party"), "notice", ["party"], unique=False)
    op.create_index(op.f("ix_notice_state"), "notice", ["state"], unique=False)

    op.create_table(
        "operation_step",
        sa.Column(
            "seq",
            sa.BigInteger().with_variant(sa.Integer(), "sqlite"),
            autoincrement=True,
            nullable=False,
        ),
        sa.Column("operation", sa.String(length=36), nullable=False),
        sa.Column("step", sa.String(length=40), nullable=False),
        sa.Column("at_ms", sa.BigInteger(), nullable=False),
        sa.Column("received_ms", sa.BigInteger(), nullable=False),
        sa.Column("device", sa.String(length=36), nullable=False),
        sa.Column("officer", sa.String(length=36), nullable=False),
        sa.Column("record", sa.String(length=36), nullable=False),
        sa.Column("digest", sa.String(length=64), nullable=False),
        sa.ForeignKeyConstraint(
            ["operation"], ["operation.id"], name=op.f("fk_operation_step_operation_operation")
        ),
        sa.PrimaryKeyConstraint("seq", name=op.f("pk_operation_step")),
    )
    op.create_index(
        op.f("ix_operation_step_operation"), "operation_step", ["operation"], unique=False
    )

    op.create_table(
        "order",
        sa.Column(
            "seq",
            sa.BigInteger().with_variant(sa.Integer(), "sqlite"),
            autoincrement=True,
            nullable=False,
        ),
        sa.Column("id", sa.String(length=36), nullable=False),
        sa.Column("operation", sa.String(length=36), nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("sender", sa.String(length=36), nullable=False),
        sa.Column("sender_name", sa.String(length=400), nullable=False),
        sa.Column("sent_ms", sa.BigInteger(), nullable=False),
        sa.ForeignKeyConstraint(
            ["operation"], ["operation.id"], name=op.f("fk_order_operation_operation")
        ),
        sa.PrimaryKeyConstraint("seq", name=op.f("pk_order")),
        sa.UniqueConstraint("id", name=op.f("uq_order_id")),
    )
    op.create_index(op.f("ix_order_operation"), "order", ["operation"], unique=False)

    op.create_table(
        "control_period",
        sa.Column("measure", sa.String(length=36), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("start_day", sa.String(length=40), nullable=False),
        sa.Column("end_day", sa.String(length=40), nullable=False),
        sa.Column("suggested", sa.Boolean(), nullable=False),
        sa.Column("paper_from", sa.String(length=400), nullable=False),
        sa.Column("paper_to", sa.String(length=400), nullable=False),
        sa.Column("law", sa.String(length=400), nullable=False),
        sa.ForeignKeyConstraint(
            ["measure"], ["measure.measure"], name=op.f("fk_control_period_measure_measure")
        ),
        sa.PrimaryKeyConstraint("measure", "number", name=op.f("pk_control_period")),
    )
    op.create_index(op.f("ix_control_period_end_day"), "control_period", ["end_day"], unique=False)

    op.create_table(
        "measure_defect",
        sa.Column("measure", sa.String(length=36), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("code", sa.String(length=40), nullable=False),
        sa.Column("text", sa.String(length=400), nullable=False),
        sa.Column("law", sa.String(length=400), nullable=False),
        sa.ForeignKeyConstraint(
            ["measure"], ["measure.measure"], name=op.f("fk_measure_defect_measure_measure")
        ),
        sa.PrimaryKeyConstraint("measure", "position", name=op.f("pk_measure_defect")),
    )
    op.create_table(
        "measure_item",
        sa.Column("measure", sa.String(length=36), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("number", sa.BigInteger(), nullable=False),
        sa.Column("name", sa.String(length=400), nullable=False),
        sa.Column("quantity", sa.BigInteger(), nullable=False),
        sa.Column("unit", sa.String(length=400), nullable=False),
        sa.Column("brand_model", sa.String(length=400), nullable=False),
        sa.Column("serial", sa.String(length=400), nullable=False),
        sa.Column("condition", sa.String(length=400), nullable=False),
        sa.Column("value_fen", sa.BigInteger(), nullable=True),
        sa.Column("photos", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(
            ["measure"], ["measure.measure"], name=op.f("fk_measure_item_measure_measure")
        ),
        sa.PrimaryKeyConstraint("measure", "position", name=op.f("pk_measure_item")),
    )
    op.create_table(
        "notice_attempt",
        sa.Column("attempt", sa.String(length=36), nullable=False),
        sa.Column("notice", sa.String(length=36), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("provider", sa.String(length=40), nullable=False),
        sa.Column("submissions", sa.Integer(), nullable=False),
        sa.Column("began_ms", sa.BigInteger(), nullable=False),
        sa.Column("answered_ms", sa.BigInteger(), nullable=True),
        sa.Column("answer", sa.String(length=40), nullable=True),
        sa.Column("code", sa.String(length=400), nullable=False),
        sa.ForeignKeyConstraint(
            ["notice"], ["notice.notice"], name=op.f("fk_notice_attempt_notice_notice")
        ),
        sa.PrimaryKeyConstraint("attempt", name=op.f("pk_notice_attempt")),
        sa.UniqueConstraint("notice", "number", name=op.f("uq_notice_attempt_notice_number")),
    )
    op.create_index(op.f("ix_notice_attempt_notice"), "notice_attempt", ["notice"], unique=False)

    op.create_table(
        "notice_task",
        sa.Column("task", sa.String(length=36), nullable=False),
        sa.Column("notice", sa.String(length=36), nullable=False),
        sa.Column("case", sa.String(length=36), nullable=False),
        sa.Column("party", sa.String(length=36), nullable=False),
        sa.Column("reason", sa.String(length=40), nullable=False),
        sa.Column("code", sa.String(length=400), nullable=False),
        sa.Column("state", sa.String(length=40), nullable=False),
        sa.Column("created_ms", sa.BigInteger(), nullable=False),
        sa.Column("done_ms", sa.BigInteger(), nullable=True),
        sa.Column("done_by", sa.String(length=36), nullable=True),
        sa.Column("outcome", sa.String(length=400), nullable=False),
        sa.ForeignKeyConstraint(["case"], ["case.id"], name=op.f("fk_notice_task_case_case")),
        sa.ForeignKeyConstraint(
            ["notice"], ["notice.notice"], name=op.f("fk_notice_task_notice_notice")
        ),
        sa.ForeignKeyConstraint(["party"], ["party.id"], name=op.f("fk_notice_task_party_party")),
        sa.PrimaryKeyConstraint("task", name=op.f("pk_notice_task")),
        sa.UniqueConstraint("notice", name=op.f("uq_notice_task_notice")),
    )
    op.create_index(op.f("ix_notice_task_case"), "notice_task", ["case"], unique=False)
    op.create_index(op.f("ix_notice_task_state"), "notice_task", ["state"], unique=False)

    op.create_table(
        "order_recipient",
        sa.Column("order", sa.String(length=36), nullable=False),
        sa.Column("officer", sa.String(length=36), nullable=False),
        sa.Column("state", sa.String(length=40), nullable=False),
        sa.Column("received_ms", sa.BigInteger(), nullable=True),
        sa.Column("read_ms", sa.BigInteger(), nullable=True),
        sa.Column("done_ms", sa.BigInteger(), nullable=True),
        sa.ForeignKeyConstraint(
            ["officer"], ["staff.id"], name=op.f("fk_order_recipient_officer_staff")
        ),
        sa.ForeignKeyConstraint(
            ["order"], ["order.id"], name=op.f("fk_order_recipient_order_order")
        ),
        sa.PrimaryKeyConstraint("order", "officer", name=op.f("pk_order_recipient")),
    )
    op.create_table(
        "portal_session",
        sa.Column("token_sha256", sa.String(length=64), nullable=False),
        sa.Column("grant", sa.String(length=36), nullable=False),
        sa.Column("issue_number", sa.Integer(), nullable=False),
        sa.Column("csrf", sa.String(length=400), nullable=False),
        sa.Column("began_ms", sa.BigInteger(), nullable=False),
        sa.Column("seen_ms", sa.BigInteger(), nullable=False),
        sa.Column("ended_ms", sa.BigInteger(), nullable=True),
        sa.ForeignKeyConstraint(
            ["grant"],
            ["disclosure_grant.grant"],
            name=op.f("fk_portal_session_grant_disclosure_grant"),
        ),
        sa.PrimaryKeyConstraint("token_sha256", name=op.f("pk_portal_session")),
    )
    op.create_index(op.f("ix_portal_session_grant"), "portal_session", ["grant"], unique=False)

    op.create_table(
        "notice_part",
        sa.Column("attempt", sa.String(length=36), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("provider", sa.String(length=40), nullable=False),
        sa.Column("message_id", sa.String(length=400), nullable=False),
        sa.Column("state", sa.String(length=40), nullable=False),
        sa.ForeignKeyConstraint(
            ["attempt"],
            ["notice_attempt.attempt"],
            name=op.f("fk_notice_part_attempt_notice_attempt"),
        ),
        sa.PrimaryKeyConstraint("attempt", "number", name=op.f("pk_notice_part")),
    )
    op.create_index(
        "ix_notice_part_message_id", "notice_part", ["provider", "message_id"], unique=False
    )
    for table in APPEND_ONLY:
        for statement in protect(op.get_bind().dialect.name, table):
            op.execute(statement)


def downgrade() -> None:
    dialect = op.get_bind().dialect.name
    for table in APPEND_ONLY:
        for statement in unprotect(dialect, table):
            op.execute(statement)
    op.drop_index("ix_notice_part_message_id", table_name="notice_part")

    op.drop_table("notice_part")
    op.drop_index(op.f("ix_portal_session_grant"), table_name="portal_session")

    op.drop_table("portal_session")
    op.drop_table("order_recipient")
    op.drop_index(op.f("ix_notice_task_state"), table_name="notice_task")
    op.drop_index(op.f("ix_notice_task_case"), table_name="notice_task")

    op.drop_table("notice_task")
    op.drop_index(op.f("ix_notice_attempt_notice"), table_name="notice_attempt")

    op.drop_table("notice_attempt")
    op.drop_table("measure_item")
    op.drop_table("measure_defect")
    op.drop_index(op.f("ix_control_period_end_day"), table_name="control_period")

    op.drop_table("control_period")
    op.drop_index(op.f("ix_order_operation"), table_name="order")

    op.drop_table("order")
    op.drop_index(op.f("ix_operation_step_operation"), table_name="operation_step")

    op.drop_table("operation_step")
    op.drop_index(op.f("ix_notice_state"), table_name="notice")
    op.drop_index(op.f("ix_notice_party"), table_name="notice")
    op.drop_index(op.f("ix_notice_node"), table_name="notice")
    op.drop_index(op.f("ix_notice_case"), table_name="notice")

    op.drop_table("notice")
    op.drop_index(op.f("ix_measure_state"), table_name="measure")
    op.drop_index(op.f("ix_measure_operation"), table_name="measure")
    op.drop_index(op.f("ix_measure_case"), table_name="measure")

    op.drop_table("measure")
    op.drop_index(op.f("ix_disclosure_grant_case"), table_name="disclosure_grant")
    op.drop_index(op.f("ix_disclosure_grant_account"), table_name="disclosure_grant")

    op.drop_table("disclosure_grant")
    op.drop_index(op.f("ix_device_session_device"), table_name="device_session")

    op.drop_table("device_session")
    op.drop_index(op.f("ix_crew_staff"), table_name="crew")
    op.drop_index(op.f("ix_crew_operation"), table_name="crew")

    op.drop_table("crew")
    op.drop_index(op.f("ix_contact_value_index"), table_name="contact")
    op.drop_index(op.f("ix_contact_party"), table_name="contact")

    op.drop_table("contact")
    op.drop_index(op.f("ix_staff_session_staff"), table_name="staff_session")

    op.drop_table("staff_session")
    op.drop_index(op.f("ix_party_id_index"), table_name="party")
    op.drop_index(op.f("ix_party_case"), table_name="party")

    op.drop_table("party")
    op.drop_index(op.f("ix_operation_planned_start_ms"), table_name="operation")
    op.drop_index(op.f("ix_operation_case"), table_name="operation")

    op.drop_table("operation")
    op.drop_index(op.f("ix_measure_exhibit_sha256"), table_name="measure_exhibit")

    op.drop_table("measure_exhibit")
    op.drop_table("enrolment_code")
    op.drop_index(op.f("ix_enforcement_log_case"), table_name="enforcement_log")

    op.drop_table("enforcement_log")
    op.drop_index(op.f("ix_device_officer"), table_name="device")

    op.drop_table("device")
    op.drop_index(op.f("ix_case_officer_case"), table_name="case_officer")

    op.drop_table("case_officer")
    op.drop_table("stored_exhibit")
    op.drop_table("staff")
    op.drop_index(op.f("ix_simulated_sms_receipt_due_ms"), table_name="simulated_sms")

    op.drop_table("simulated_sms")
    op.drop_index("ix_sign_in_failure_subject_at_ms", table_name="sign_in_failure")

    op.drop_table("sign_in_failure")
    op.drop_table("relay_order")
    op.drop_table("relay_cursor")
    op.drop_table("recording_span")
    op.drop_table("recording_rendition")
    op.drop_index(op.f("ix_recording_operation"), table_name="recording")
    op.drop_index(op.f("ix_recording_opened_wall_ms"), table_name="recording")
    op.drop_index(op.f("ix_recording_device"), table_name="recording")

    op.drop_table("recording")
    op.drop_index("ix_outbox_state_due_ms", table_name="outbox")

    op.drop_table("outbox")
    op.drop_index(op.f("ix_notice_receipt_attempt"), table_name="notice_receipt")

    op.drop_table("notice_receipt")
    op.drop_table("ledger_pending")
    op.drop_table("ledger_node")
    op.drop_table("ledger_leaf")
    op.drop_table("ledger_head")
    op.drop_index(op.f("ix_ledger_entry_tag"), table_name="ledger_entry")
    op.drop_index(op.f("ix_ledger_entry_subject"), table_name="ledger_entry")

    op.drop_table("ledger_entry")
    op.drop_index("ix_footage_finding_recording", table_name="footage_finding")

    op.drop_table("footage_finding")
    op.drop_index(op.f("ix_field_record_operation"), table_name="field_record")
    op.drop_index(op.f("ix_field_record_device"), table_name="field_record")
    op.drop_index(op.f("ix_field_record_case"), table_name="field_record")

    op.drop_table("field_record")
    op.drop_index(op.f("ix_event_log_tx"), table_name="event_log")

    op.drop_table("event_log")
    op.drop_index(op.f("ix_disclosure_document_grant"), table_name="disclosure_document")

    op.drop_table("disclosure_document")
    op.drop_table("disclosure_cursor")
    op.drop_index("ix_contact_nonce_at_ms", table_name="contact_nonce")

    op.drop_table("contact_nonce")
    op.drop_table("case")
    op.drop_index(op.f("ix_archived_part_recording"), table_name="archived_part")

    op.drop_table("archived_part")
    op.drop_index(op.f("ix_access_view_case"), table_name="access_view")

    op.drop_table("access_view")
    if dialect == "postgresql":
        op.execute("DROP FUNCTION mz_append_only()")
