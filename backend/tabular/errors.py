"""What makes a whole file unusable; a single wrong row never does."""

from backend.errors import Invalid, Text


class FileUnreadable(Invalid):
    code = "file_unreadable"
    detail = Text(
        vi="Không đọc được tệp {file}: {reason_vi}.", en="{file} cannot be read: {reason}."
    )
    action = Text(
        vi="Lưu lại tệp ở dạng CSV (UTF-8), XLSX hoặc (đơn vị) GeoJSON rồi nhập lại.",
        en="Save it again as CSV (UTF-8), XLSX or (units) GeoJSON and import it again.",
    )


class WrongColumns(Invalid):
    code = "wrong_columns"
    detail = Text(
        vi="Tệp {file} thiếu cột: {missing}. Các cột có trong tệp: {present}.",
        en="{file} lacks the columns: {missing}. It has: {present}.",
    )
    action = Text(
        vi="Đặt tên cột bằng --column cột-của-tệp=tên-chuẩn, cho giá trị chung bằng "
        "--set tên=giá-trị, hoặc xem mẫu bằng --template csv.",
        en="Name them with --column theirs=ours, give one value to all rows with "
        "--set column=value, or look at --template csv.",
    )


class UnknownColumn(Invalid):
    code = "unknown_column"
    detail = Text(
        vi="Không có cột {column} ({where}).", en="There is no column {column} ({where})."
    )
    action = Text(vi="Dùng một trong các cột: {known}.", en="Use one of: {known}.")
